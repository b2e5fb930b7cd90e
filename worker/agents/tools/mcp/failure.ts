import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import { OAuthError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { Failure } from '../../../jobs/rules/failures.ts';
import type { FailureCode } from '../../../jobs/rules/failures.ts';
import { isJsonObject, parseJson } from '../../../json.ts';
import { Busy } from './fetch.ts';
import { PrivateAddress } from './private-addresses.ts';

/** A server was started anew and does not know the sessions of before: it has not run the call, which can be made again. */
export function isUnknownSession(error: unknown): boolean {
  return error instanceof StreamableHTTPError && [400, 401, 404].includes(error.code ?? 0);
}

/** Whether a call got no answer in its time. */
export function isTimeout(error: unknown): boolean {
  return error instanceof McpError && error.code === Number(ErrorCode.RequestTimeout);
}

/** What a server said in refusing a call; undefined when it did not come to that. */
export function refusalOf(error: unknown): string | undefined {
  if (error instanceof StreamableHTTPError) return rpcErrorIn(error);
  if (!(error instanceof McpError) || error.code === Number(ErrorCode.ConnectionClosed)) return undefined;
  return isTimeout(error) ? undefined : error.message;
}

/** Some servers answer a call that they refuse with an error of the protocol and a status of HTTP. */
function rpcErrorIn({ code = 0, message }: StreamableHTTPError): string | undefined {
  if (code < 400 || code >= 500 || [401, 403, 404, 408, 429].includes(code)) return undefined;
  const body = parseJson(message.slice(Math.max(0, message.indexOf('{'))));
  const error = isJsonObject(body) && body['jsonrpc'] === '2.0' ? body['error'] : undefined;
  const words = isJsonObject(error) ? error['message'] : undefined;
  return typeof words === 'string' ? words : undefined;
}

/** A server, as a failure names it. */
export interface FailedServer {
  /** How it is called in messages: by its name, or by its origin. */
  readonly label: string;
  /** What jobs need of it (definition/needs.ts); undefined where a definition gives its address, and nothing vouches for it. */
  readonly source: string | undefined;
}

/** Why a server cannot be used. Its body is not quoted: a definition may have named an address to read what is there. */
export function unavailable(error: unknown, what: string, { label, source }: FailedServer): Failure {
  const { code, why, retryAfterMs } = reasonOf(error, source !== undefined);
  const words = `cannot ${what} of the MCP server ${label}: ${why}`;
  const concerned = isOfOneCall(error) ? undefined : source;
  return new Failure(code, words, { cause: error, source: concerned, retryAfterMs });
}

/** The server is there, and stumbles over this call: others may go on asking it. */
function isOfOneCall(error: unknown): boolean {
  return error instanceof StreamableHTTPError && error.code === 500;
}

interface Reason {
  readonly code: FailureCode;
  readonly why: string;
  readonly retryAfterMs?: number | undefined;
}

/** `ours` says whether the worker has credentials for the server, which it may not accept. */
function reasonOf(error: unknown, ours: boolean): Reason {
  const away = (why: string): Reason => ({ code: 'TOOL_UNAVAILABLE', why });
  for (let one = error; one instanceof Error; one = one.cause) {
    if (one instanceof PrivateAddress) return { code: 'INVALID_DEFINITION', why: one.message };
    if (one instanceof Busy) return { ...away(one.message), retryAfterMs: one.retryAfterMs };
    if (one.message.includes('is bound to authorization server'))
      return { code: 'TOOL_KEY_REFUSED', why: 'it leads to another authorization server than its `issuer`' };
    if (one instanceof OAuthError || one instanceof UnauthorizedError)
      return { code: 'TOOL_KEY_REFUSED', why: 'it does not accept the credentials of the worker' };
    if (one instanceof StreamableHTTPError) return httpReason(one, ours);
    const code: unknown = Reflect.get(one, 'code');
    if (typeof code === 'string') return away(code);
    if (isTimeout(one)) return away('it does not answer');
    if (one instanceof McpError) return away(`it answers with error ${one.code}`);
    if (one.message.startsWith('its answer has')) return away(one.message);
  }
  return away('it cannot be reached');
}

function httpReason({ code, message }: StreamableHTTPError, ours: boolean): Reason {
  const away = (why: string): Reason => ({ code: 'TOOL_UNAVAILABLE', why });
  if (code === undefined || code < 100) return away('its answer is none of the protocol');
  if (code === 401 || code === 403) {
    const why = ours
      ? `it does not accept the credentials of the worker (HTTP status ${code})`
      : `it wants credentials (HTTP status ${code}), which only servers have that the worker names`;
    return { code: ours ? 'TOOL_KEY_REFUSED' : 'TOOL_FAILED', why };
  }
  // The transport's own words, which name the place and nothing that the server says besides.
  const redirect = /redirect[^:]*/i.exec(message)?.[0];
  return away(
    code >= 300 && code < 400
      ? `it redirects elsewhere (${code}${redirect === undefined ? '' : ', not followed'})`
      : `HTTP status ${code}`,
  );
}
