import { ChatOpenAICompletions } from '@langchain/openai';

type Stream = ChatOpenAICompletions['_streamResponseChunks'];

/** Chat completions whose messages say why the model stopped, which LangChain keeps to itself when it streams. */
export class ChatCompletions extends ChatOpenAICompletions {
  override async *_streamResponseChunks(...args: Parameters<Stream>): ReturnType<Stream> {
    for await (const chunk of super._streamResponseChunks(...args)) {
      const reason: unknown = chunk.generationInfo?.['finish_reason'];
      if (typeof reason === 'string') chunk.message.response_metadata['finish_reason'] = reason;
      yield chunk;
    }
  }
}
