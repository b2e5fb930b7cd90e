import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { BedrockRuntimeClient } from '@aws-sdk/client-bedrock-runtime';
import { ChatBedrockConverse } from '@langchain/aws';
import type { BytesFetch } from '../wire/bytes.ts';
import { isTorn, refusal } from './bedrock-errors.ts';

/** How the models of Bedrock are called. This file and its packages are a part of the worker that is read with the first of them. */
interface Manner {
  readonly model: string;
  readonly lengths: { readonly temperature?: number; readonly maxTokens?: number };
  readonly region: string;
  /** That of the region when undefined. */
  readonly baseUrl: string | undefined;
  readonly fetch: BytesFetch;
  readonly brokenOff: () => Error;
  readonly noKey: (maker: string, cause: unknown) => Error;
}

type Fields = NonNullable<ConstructorParameters<typeof ChatBedrockConverse>[0]>;
type Stream = ChatBedrockConverse['_streamResponseChunks'];
type Generate = ChatBedrockConverse['_generate'];

/** Converse, whose messages say why the model stopped, and whose answers do not end before they have said it. */
class Converse extends ChatBedrockConverse {
  readonly #manner: Manner;

  constructor(fields: Fields, manner: Manner) {
    super(fields);
    this.#manner = manner;
  }

  override async *_streamResponseChunks(...args: Parameters<Stream>): ReturnType<Stream> {
    let isEnded = false;
    try {
      for await (const chunk of super._streamResponseChunks(...args)) {
        const { messageStop, model_provider } = chunk.message.response_metadata;
        const reason: unknown = (messageStop as { stopReason?: unknown } | undefined)?.stopReason;
        if (reason !== undefined) isEnded = true;
        // Beside these LangChain keeps each event of the stream.
        chunk.message.response_metadata = {
          ...(reason !== undefined && { finish_reason: reason }),
          ...(model_provider !== undefined && { model_provider: PROVIDER }),
        };
        yield chunk;
      }
    } catch (error) {
      throw isTorn(error) ? this.#manner.brokenOff() : refusal(error, this.#manner.noKey);
    }
    if (!isEnded) throw this.#manner.brokenOff();
  }

  override async _generate(...args: Parameters<Generate>): ReturnType<Generate> {
    try {
      return await super._generate(...args);
    } catch (error) {
      throw refusal(error, this.#manner.noKey);
    }
  }
}

/** The name that definitions have for it. */
const PROVIDER = 'bedrock';

/**
 * A client of Converse. Whose requests they are is found where AWS has it: a bearer token, keys, a web identity (IRSA), Pod Identity,
 * the machine.
 */
export function openConverse(manner: Manner): ChatBedrockConverse {
  const { model, lengths, region, baseUrl } = manner;
  const client = new BedrockRuntimeClient({
    region,
    ...(baseUrl !== undefined && { endpoint: baseUrl }),
    // Another attempt is for the job.
    maxAttempts: 1,
    requestHandler: handlerOf(manner.fetch),
  });
  return new Converse({ model, region, client, ...lengths, maxRetries: 0, streamIdleTimeout: 0 }, manner);
}

/** A request as the client has signed it. */
interface SignedRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly method: string;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** Sends the signed requests of the client by a `fetch` of ours. */
function handlerOf(send: BytesFetch) {
  return {
    async handle(request: SignedRequest, { abortSignal }: { readonly abortSignal?: AbortSignal } = {}) {
      const { protocol, hostname, port, path, method, query, body } = request;
      const search = new URLSearchParams(query).toString();
      const place = port === undefined ? hostname : `${hostname}:${port}`;
      // Fetch says these two itself, to the letter.
      const { host: _, 'content-length': __, ...headers } = request.headers;
      const url = `${protocol}//${place}${path}${search === '' ? '' : `?${search}`}`;
      const response = await send(url, {
        method,
        headers,
        body,
        ...(abortSignal && { signal: abortSignal }),
      });
      return { response: responseOf(response) };
    },
  };
}

function responseOf({ status, headers, body }: Response) {
  return {
    statusCode: status,
    headers: Object.fromEntries(headers),
    body: body === null ? undefined : Readable.fromWeb(body as ReadableStream),
  };
}
