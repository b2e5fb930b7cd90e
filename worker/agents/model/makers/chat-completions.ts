import { AzureChatOpenAICompletions, ChatOpenAICompletions } from '@langchain/openai';

type Stream = ChatOpenAICompletions['_streamResponseChunks'];

/** Chat completions whose messages say why the model stopped, which LangChain keeps to itself when it streams. */
export class ChatCompletions extends ChatOpenAICompletions {
  override async *_streamResponseChunks(...args: Parameters<Stream>): ReturnType<Stream> {
    yield* withReasons(super._streamResponseChunks(...args));
  }
}

/** Those of Azure under a version. */
export class AzureChatCompletions extends AzureChatOpenAICompletions {
  override async *_streamResponseChunks(...args: Parameters<Stream>): ReturnType<Stream> {
    yield* withReasons(super._streamResponseChunks(...args));
  }
}

async function* withReasons(chunks: ReturnType<Stream>): ReturnType<Stream> {
  for await (const chunk of chunks) {
    const reason: unknown = chunk.generationInfo?.['finish_reason'];
    if (typeof reason === 'string') chunk.message.response_metadata['finish_reason'] = reason;
    yield chunk;
  }
}
