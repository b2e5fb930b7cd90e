import { GraphRecursionError } from '@langchain/langgraph';
import { asFailure, Failure } from '../../jobs/failures.ts';

/** What a run threw, as a failure that a person can read and the retry rule can judge. */
export function failureOf(thrown: unknown): Failure {
  const chain = causes(thrown);
  const failure = chain.find((error) => error instanceof Failure);
  if (failure instanceof Failure) return failure;
  const limit = chain.find((error) => error instanceof GraphRecursionError);
  if (limit !== undefined) {
    return new Failure('RECURSION_LIMIT', 'the agent took more steps than RECURSION_LIMIT allows', {
      cause: thrown,
    });
  }
  return modelFailure(thrown) ?? asFailure(thrown);
}

/** The failure that a model client's error stands for; undefined when it is not the model's. */
export function modelFailure(thrown: unknown): Failure | undefined {
  for (const error of causes(thrown)) {
    const status = field(error, 'status');
    if (typeof status === 'number') return refused(status, error, thrown);
    const code = field(error, 'code');
    if (isNetworkError(error) || (typeof code === 'string' && NETWORK_CODES.has(code))) {
      return new Failure('MODEL_UNAVAILABLE', `cannot reach the model server: ${messageOf(error)}`, {
        cause: thrown,
      });
    }
  }
  return undefined;
}

/** 4xx that another attempt may get past: timeout, conflict, too many requests. */
const PASSING = new Set([408, 409, 429]);

function refused(status: number, error: unknown, cause: unknown): Failure {
  if (status >= 500 || PASSING.has(status)) {
    return new Failure('MODEL_UNAVAILABLE', `the model server answered ${status}: ${messageOf(error)}`, {
      cause,
    });
  }
  // The server's own words about a key may quote it.
  const why =
    status === 401 || status === 403 ? 'it does not accept the API key of the worker' : messageOf(error);
  return new Failure('MODEL_REFUSED', `the model server answered ${status}: ${why}`, { cause });
}

const NETWORK_CODES: ReadonlySet<string> = new Set(
  (
    'ECONNREFUSED ECONNRESET ECONNABORTED EPIPE ENOTFOUND EAI_AGAIN ETIMEDOUT EHOSTUNREACH ENETUNREACH ' +
    'UND_ERR_SOCKET UND_ERR_CONNECT_TIMEOUT UND_ERR_HEADERS_TIMEOUT UND_ERR_BODY_TIMEOUT'
  ).split(' '),
);

/** Errors of the model clients and of fetch that carry neither status nor code. */
const NETWORK_NAMES = new Set(['APIConnectionError', 'APIConnectionTimeoutError', 'TimeoutError']);

function isNetworkError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (NETWORK_NAMES.has(error.name) || NETWORK_NAMES.has(error.constructor.name)) return true;
  // What undici throws when a body ends before its time, or a connection cannot be made.
  return error instanceof TypeError && (error.message === 'terminated' || error.message === 'fetch failed');
}

/** The error and what caused it, outermost first. */
function causes(thrown: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  for (
    let error = thrown;
    error !== undefined && error !== null && !chain.includes(error);
    error = field(error, 'cause')
  ) {
    chain.push(error);
  }
  return chain;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

/** Longest quote of somebody else's words, in characters. */
const QUOTE_LIMIT = 500;

function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // LangChain adds a link to its own pages, and the clients put the status first.
  const own = message.split('\n\nTroubleshooting URL')[0] ?? '';
  return own.replace(/^\d{3} /, '').slice(0, QUOTE_LIMIT);
}
