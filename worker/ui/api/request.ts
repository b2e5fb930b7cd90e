import { asList, asObject, asText } from '../run/json.ts';
import type { Json } from '../run/json.ts';
import { readToken } from './token.ts';

/** What the worker said instead of what was asked for. */
export class Refused extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Where the worker is: the page lies at `ui`, beside everything else, whatever is before that in the address. */
const root = new URL('.', location.href.replace(/[?#].*$/, ''));

/** Who is told that a token is needed, or another one. */
let onUnauthorized = (): void => {};

export function whenUnauthorized(tell: () => void): void {
  onUnauthorized = tell;
}

/** Asks the worker. Throws `Refused` with its words when it refuses, or when it cannot be reached (status 0). */
export async function send(path: string, options: RequestInit = {}): Promise<Response> {
  const headers = new Headers(options.headers);
  const token = readToken();
  if (token !== '') headers.set('Authorization', `Bearer ${token}`);
  const response = await fetch(new URL(path, root), { ...options, headers }).catch((error: unknown) => {
    if (options.signal?.aborted) throw error;
    throw new Refused(0, 'the worker cannot be reached');
  });
  if (response.ok) return response;
  if (response.status === 401) onUnauthorized();
  throw new Refused(response.status, await wordsOf(response));
}

async function wordsOf(response: Response): Promise<string> {
  const body = asObject((await response.json().catch(() => null)) as Json);
  const problems = asList(body['problems']).map((problem) => {
    const { path, message } = asObject(problem);
    return [asText(path), asText(message)].filter((part) => part !== '').join(': ');
  });
  const said = asText(body['error']) || `the worker answered ${response.status}`;
  return [said, ...problems].join('\n');
}

export async function get(path: string, signal?: AbortSignal): Promise<Json> {
  const response = await send(path, signal ? { signal } : {});
  return (await response.json()) as Json;
}

export async function post(path: string, body?: Json, headers: Record<string, string> = {}): Promise<Json> {
  const response = await send(path, {
    method: 'POST',
    headers: { ...(body !== undefined && { 'Content-Type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return (await response.json().catch(() => null)) as Json;
}
