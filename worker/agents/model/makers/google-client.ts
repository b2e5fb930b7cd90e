import { AIMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import { ChatGoogle } from '@langchain/google';
import { ExternalAccountClient, GoogleAuth, JWT } from 'google-auth-library';
import type { ExternalAccountClientOptions } from 'google-auth-library';
import type { GoogleServer } from '../../settings.ts';
import { callOfGoogle } from './google-call.ts';
import type { SignIn } from './google-call.ts';

/** How the models of Google are called. This file and its packages are a part of the worker that is read with the first of them. */
interface Manner {
  readonly model: string;
  readonly effort: string | undefined;
  readonly lengths: { readonly temperature?: number; readonly maxTokens?: number };
  readonly maxRetries: number;
  readonly fetch: typeof fetch;
  readonly noKey: (maker: string, cause: unknown) => Error;
}

type Stream = ChatGoogle['_streamResponseChunks'];
type Generate = ChatGoogle['_generate'];

/** What the servers take in place of the signature of a call that another maker's model has made (ai.google.dev, thought signatures). */
const NO_SIGNATURE = 'skip_thought_signature_validator';

/** Gemini, whose thoughts go back to it as signatures, and which is told of the calls of other makers' models. */
class Gemini extends ChatGoogle {
  override async *_streamResponseChunks(...[messages, ...rest]: Parameters<Stream>): ReturnType<Stream> {
    for await (const chunk of super._streamResponseChunks(messages.map(asSent), ...rest)) {
      // The text once more, for a form of messages that is not used here.
      delete chunk.message.additional_kwargs['originalTextContentBlock'];
      yield chunk;
    }
  }

  override _generate(...[messages, ...rest]: Parameters<Generate>): ReturnType<Generate> {
    return super._generate(messages.map(asSent), ...rest);
  }
}

/** A client of the Gemini API, or of Vertex AI where the server is a project. */
export function openGemini(server: GoogleServer, manner: Manner): ChatGoogle {
  const { apiKey, project, location } = server;
  return new Gemini({
    model: manner.model,
    maxRetries: manner.maxRetries,
    platformType: project === undefined ? 'gai' : 'gcp',
    ...(apiKey !== undefined && { apiKey }),
    ...(location !== undefined && { location }),
    ...(manner.lengths.temperature !== undefined && { temperature: manner.lengths.temperature }),
    ...(manner.lengths.maxTokens !== undefined && { maxOutputTokens: manner.lengths.maxTokens }),
    ...(manner.effort !== undefined && { reasoningEffort: manner.effort as 'low' }),
    apiClient: callOfGoogle(server, signIn(server, manner.noKey), manner.fetch),
  });
}

/** A key where there is one; else the worker's identity, which is looked for with the first call. */
function signIn(server: GoogleServer, noKey: Manner['noKey']): SignIn {
  const { apiKey } = server;
  if (apiKey !== undefined) return async () => Promise.resolve({ 'x-goog-api-key': apiKey });
  let identity: Identity | undefined;
  return async (url) => {
    try {
      identity ??= identityOf(server);
      return Object.fromEntries(await identity.getRequestHeaders(url));
    } catch (error) {
      throw noKey('Google', error);
    }
  };
}

type Identity = Pick<GoogleAuth, 'getRequestHeaders'>;

const SCOPES = ['https://www.googleapis.com/auth/cloud-platform'];

/** That of these credentials; of the environment or the machine where there are none. */
function identityOf({ credentials }: GoogleServer): Identity {
  if (credentials === undefined) return new GoogleAuth({ scopes: SCOPES });
  if (credentials['type'] === 'service_account') {
    const {
      client_email: email,
      private_key: key,
      private_key_id: keyId,
    } = credentials as unknown as ServiceAccount;
    return new JWT({ email, key, keyId, scopes: SCOPES });
  }
  // Null for those of any other kind.
  const client = ExternalAccountClient.fromJSON(credentials as unknown as ExternalAccountClientOptions);
  if (client === null) throw new Error('expected the JSON of a service account or of an external account');
  client.scopes = SCOPES;
  return client;
}

interface ServiceAccount {
  readonly client_email: string;
  readonly private_key: string;
  readonly private_key_id: string;
}

/**
 * A message as its model takes it: with a part for each call, which LangChain leaves out where another maker's model made it, and
 * without thoughts in words, which no server wants back.
 */
function asSent(message: BaseMessage): BaseMessage {
  if (!AIMessage.isInstance(message)) return message;
  const calls = message.tool_calls ?? [];
  const blocks = typeof message.content === 'string' ? [] : message.content;
  const said = blocks.filter((block) => block['thought'] !== true);
  const isTold = calls.length === 0 || said.some(({ type }) => type === 'functionCall');
  if (isTold && said.length === blocks.length) return message;
  const words = said.length === 0 && message.text !== '' ? [{ type: 'text', text: message.text }] : said;
  const told = calls.map(({ name, args }, index) => ({
    type: 'functionCall',
    functionCall: { name, args },
    ...(index === 0 && { thoughtSignature: NO_SIGNATURE }),
  }));
  return new AIMessage({ content: isTold ? said : [...words, ...told], tool_calls: calls });
}
