import type { IncomingMessage } from 'node:http';
import type { Origins } from './cors.ts';

/** The host of an address, without its port. */
function hostOf(authority: string | undefined): string {
  return (authority ?? '').replace(/:\d+$/, '').toLowerCase();
}

/**
 * Whether a request came by one of the names of a worker, and from no page but its own and those that may call. A worker that
 * asks for no token would otherwise take orders from any page that its reader opens, by a name that leads here or by a form.
 */
export function isFromHere(
  hosts: readonly string[],
  origins: Origins,
  { headers }: Pick<IncomingMessage, 'headers'>,
): boolean {
  return hosts.includes(hostOf(headers.host)) && isOwnPage(origins, { headers });
}

/** Whether a request is no page's, or one's that may call: a WebSocket is open to every page, whatever it may read of other answers. */
export function isOwnPage(origins: Origins, { headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const { origin } = headers;
  if (origin === undefined || origins === '*' || origins.includes(origin)) return true;
  return origin.replace(/^https?:\/\//, '') === headers.host;
}
