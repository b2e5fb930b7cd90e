import type { GoogleServer } from '../../settings.ts';

/** The headers that open the server at this address. */
export type SignIn = (url: string) => Promise<Readonly<Record<string, string>>>;

/** The part of LangChain's client that reaches a server: here by a `fetch` of ours, and at the address that the worker says. */
export function callOfGoogle({ apiKey, baseUrl, project }: GoogleServer, signIn: SignIn, send: typeof fetch) {
  return {
    // A key of the Gemini API is no key of Vertex AI.
    hasApiKey: () => apiKey !== undefined && project === undefined,
    getProjectId: async () => Promise.resolve(project ?? ''),
    async fetch(request: Request): Promise<Response> {
      const url = addressOf(request.url, baseUrl);
      const headers = { ...Object.fromEntries(request.headers), ...(await signIn(url)) };
      const { method, signal } = request;
      const response = await send(url, { method, headers, signal, body: await request.text() });
      if (response.ok) return response;
      throw refusal(response, await response.text());
    },
  };
}

/** The path that LangChain asks for, at another server where there is one. */
function addressOf(url: string, baseUrl: string | undefined): string {
  if (baseUrl === undefined) return url;
  const { pathname, search } = new URL(url);
  return `${baseUrl.replace(/\/+$/, '')}${pathname}${search}`;
}

/** What the servers say of how long to wait: `{"@type": "…RetryInfo", "retryDelay": "33.5s"}` among the details of an error. */
const RETRY_DELAY = /"retryDelay":\s*"(\d+(?:\.\d+)?)s"/;

/**
 * What a server refused, with the fields by which failures of models are judged. A limit that passes is called an exceeded quota
 * by these servers, with the time after which it does; so its words are left out.
 */
function refusal({ status, headers }: Response, body: string): Error {
  const seconds = RETRY_DELAY.exec(body)?.[1];
  const told = new Headers(headers);
  if (seconds !== undefined) told.set('retry-after', `${Math.ceil(Number(seconds))}`);
  const passes = status === 429 && seconds !== undefined;
  const words = passes ? `too many requests, to be repeated in ${seconds} s` : wordsOf(body);
  return Object.assign(new Error(words), { status, headers: told });
}

/** Errors are objects of JSON, in a list where a stream was asked for. */
function wordsOf(body: string): string {
  try {
    const [first] = [JSON.parse(body) as unknown].flat();
    const { message } = (first as { error: { message: unknown } }).error;
    return typeof message === 'string' ? message : body;
  } catch {
    return body;
  }
}
