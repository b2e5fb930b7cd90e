import { ContextOverflowError } from '@langchain/core/errors';
import { GraphRecursionError } from '@langchain/langgraph';
import { asFailure, Failure } from '../../jobs/rules/failures.ts';
import { speaksOfKey, speaksOfQuota } from './wire/account-words.ts';
import { retryAfterOf, waitIn } from '../retry-after.ts';

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
    if (error instanceof Failure) return error;
    if (ContextOverflowError.isInstance(error)) {
      const why = `the conversation is too long for the model: ${messageOf(error)}`;
      return new Failure('MODEL_REFUSED', why, { cause: thrown });
    }
    const status = field(error, 'status');
    if (typeof status === 'number') return refused(status, error, thrown);
    const code = field(error, 'code');
    if (isNetworkError(error) || (typeof code === 'string' && NETWORK_CODES.has(code))) {
      const isCut = error instanceof TypeError && error.message === 'terminated';
      const why = isCut
        ? 'the model server broke off its answer: the connection was closed'
        : `cannot reach the model server: ${messageOf(error)}`;
      return new Failure('MODEL_UNAVAILABLE', why, { cause: thrown });
    }
  }
  return undefined;
}

/** 4xx that another attempt may get past: timeout, conflict, too many requests. */
const PASSING = new Set([408, 409, 429]);

/** The name that a server gives an error, and its words. */
function saidIn(error: unknown): string {
  const code = field(error, 'code');
  return `${typeof code === 'string' ? code : ''} ${messageOf(error)}`;
}

/** How long a server asks to be left alone: in a header, else in its words. */
function askedWait(error: unknown): number | undefined {
  const headers = field(error, 'headers');
  const told = headers instanceof Headers ? retryAfterOf(headers, new Date()) : undefined;
  return told ?? waitIn(messageOf(error));
}

function refused(status: number, error: unknown, cause: unknown): Failure {
  const said = saidIn(error);
  if (status === 402 || speaksOfQuota(said)) {
    const message = `the model server answered ${status}: the account of the worker's key has no quota left`;
    return new Failure('MODEL_KEY_REFUSED', message, { cause });
  }
  if (status >= 500 || PASSING.has(status)) {
    return new Failure('MODEL_UNAVAILABLE', `the model server answered ${status}: ${messageOf(error)}`, {
      cause,
      retryAfterMs: askedWait(error),
    });
  }
  // The server's own words about a key may quote it.
  if (status === 401 || status === 403 || (status < 500 && speaksOfKey(said))) {
    const message = `the model server answered ${status}: it does not accept the API key of the worker`;
    return new Failure('MODEL_KEY_REFUSED', message, { cause });
  }
  return new Failure('MODEL_REFUSED', `the model server answered ${status}: ${messageOf(error)}`, { cause });
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
  const message = serverWords(error) ?? (error instanceof Error ? error.message : String(error));
  // LangChain adds a link to its own pages, and the clients put the status first.
  const own = message.split('\n\nTroubleshooting URL')[0] ?? '';
  return own.replace(/^\d{3} /, '').slice(0, QUOTE_LIMIT);
}

/** The message of the error object that a server sent, which Anthropic's client quotes as JSON. */
function serverWords(error: unknown): string | undefined {
  const inner = field(field(error, 'error'), 'error');
  const words = field(inner, 'message');
  return typeof words === 'string' && words !== '' ? words : undefined;
}
