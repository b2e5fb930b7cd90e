import type { IncomingMessage, ServerResponse } from 'node:http';

/** Origins whose pages may call, or all of them. No cookie counts here: whoever calls sends a token. */
export type Origins = '*' | readonly string[];

/** What pages read of an answer beside its body. */
const EXPOSED = 'Content-Location, Location, Retry-After, X-Pagination-Next, X-Pagination-Total';

/**
 * Says to browsers whether the page of a request may read its answer; what is written to the response later keeps these headers.
 * Gives true when the request only asked that, and has been answered.
 */
export function admitOrigin(origins: Origins, request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers;
  if (origin === undefined || origins.length === 0) return false;
  if (origins !== '*') response.setHeader('Vary', 'Origin');
  if (origins !== '*' && !origins.includes(origin)) return false;
  response.setHeader('Access-Control-Allow-Origin', origins === '*' ? '*' : origin);
  response.setHeader('Access-Control-Expose-Headers', EXPOSED);
  if (request.method !== 'OPTIONS' || !request.headers['access-control-request-method']) return false;
  const asked = request.headers['access-control-request-headers'];
  response.writeHead(204, {
    'Access-Control-Allow-Methods': 'GET, POST, PUT, PATCH, DELETE',
    ...(asked !== undefined && { 'Access-Control-Allow-Headers': asked }),
    'Access-Control-Max-Age': '600',
  });
  response.end();
  return true;
}
