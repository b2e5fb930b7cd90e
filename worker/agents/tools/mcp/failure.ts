import { StreamableHTTPError } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import { Failure } from '../../../jobs/rules/failures.ts';
import { PrivateAddress } from './private-addresses.ts';

/** A server was started anew and does not know the sessions of before: it has not run the call, which can be made again. */
export function isUnknownSession(error: unknown): boolean {
  return error instanceof StreamableHTTPError && (error.code === 404 || error.code === 400);
}

/** Whether a call got no answer in its time. */
export function isTimeout(error: unknown): boolean {
  return error instanceof McpError && error.code === Number(ErrorCode.RequestTimeout);
}

/** What a server said in refusing a call; undefined when it did not come to that. */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof McpError) || error.code === Number(ErrorCode.ConnectionClosed)) return undefined;
  return isTimeout(error) ? undefined : error.message;
}

/** Why a server cannot be used. Its body is not quoted: a definition may have named an address to read what is there. */
export function unavailable(error: unknown, what: string, where: string): Failure {
  const [code, why] = reasonOf(error);
  return new Failure(code, `cannot ${what} of the MCP server ${where}: ${why}`, { cause: error });
}

function reasonOf(error: unknown): readonly ['INVALID_DEFINITION' | 'TOOL_UNAVAILABLE', string] {
  for (let one = error; one instanceof Error; one = one.cause) {
    if (one instanceof PrivateAddress) return ['INVALID_DEFINITION', one.message];
    if (one instanceof StreamableHTTPError) return ['TOOL_UNAVAILABLE', httpReason(one)];
    const code: unknown = Reflect.get(one, 'code');
    if (typeof code === 'string') return ['TOOL_UNAVAILABLE', code];
    if (isTimeout(one)) return ['TOOL_UNAVAILABLE', 'it does not answer'];
    if (one instanceof McpError) return ['TOOL_UNAVAILABLE', `it answers with error ${one.code}`];
    if (one.message.startsWith('its answer has')) return ['TOOL_UNAVAILABLE', one.message];
  }
  return ['TOOL_UNAVAILABLE', 'it cannot be reached'];
}

function httpReason({ code, message }: StreamableHTTPError): string {
  if (code === undefined || code < 100) return 'its answer is none of the protocol';
  // The transport's own words, which name the place and nothing that the server says besides.
  const redirect = /redirect[^:]*/i.exec(message)?.[0];
  return code >= 300 && code < 400
    ? `it redirects elsewhere (${code}${redirect === undefined ? '' : ', not followed'})`
    : `HTTP status ${code}`;
}
