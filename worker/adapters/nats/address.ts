import { isDeepStrictEqual } from 'node:util';

/** How a worker proves who it is. Files are read anew with each connection, so that a changed one needs no restart. */
export type NatsLogin =
  | { readonly kind: 'none' }
  | { readonly kind: 'user'; readonly user: string; readonly password: string }
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'nkey'; readonly seed: string }
  | { readonly kind: 'nkey-file' | 'creds-file'; readonly file: string }
  /** A Secret as a folder: one file for each key. */
  | { readonly kind: 'folder'; readonly folder: string };

/** Where NATS is and how a worker gets in. Plain data: the heartbeat thread is given the same. */
export interface NatsAddress {
  /** `host:port` each, with brackets around an IPv6 address. */
  readonly servers: readonly string[];
  readonly login: NatsLogin;
  /** Files in PEM. Undefined leaves it to the server whether there is TLS. */
  readonly tls: TlsFiles | undefined;
}

export interface TlsFiles {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
}

/** What a list of URLs says, or what is wrong with it, never with the login in it. */
export type ParsedServers =
  | {
      readonly kind: 'servers';
      readonly servers: readonly string[];
      readonly login: NatsLogin;
      readonly tls: boolean;
    }
  | { readonly kind: 'problem'; readonly message: string };

const DEFAULT_PORT = '4222';
const SCHEMES = ['nats:', 'tls:'];
export const SERVERS_RULE =
  'one or more of nats://host:4222 or tls://host:4222, separated by commas, each with a port from 1 to 65535 and, before the ' +
  'first host, user:password@ or token@ where the servers ask for it, one for all, percent-encoded';

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function loginOf({ username, password }: URL): NatsLogin | undefined {
  const [user, pass] = [decoded(username), decoded(password)];
  if (user === undefined || pass === undefined) return undefined;
  if (user === '') return pass === '' ? { kind: 'none' } : undefined;
  return pass === '' ? { kind: 'token', token: user } : { kind: 'user', user, password: pass };
}

/** Reads `nats://a:4222,nats://b:4222`; a scheme and a port may be left out, as in other clients of NATS. */
export function parseServers(text: string): ParsedServers {
  const problem: ParsedServers = { kind: 'problem', message: SERVERS_RULE };
  const servers: string[] = [];
  let login: NatsLogin = { kind: 'none' };
  let tls = false;
  for (const one of text.split(',').map((server) => server.trim())) {
    const whole = /^[a-z]+:\/\//i.test(one) ? one : `nats://${one}`;
    if (!URL.canParse(whole)) return problem;
    const url = new URL(whole);
    const bare = (url.pathname === '' || url.pathname === '/') && url.search === '' && url.hash === '';
    if (!SCHEMES.includes(url.protocol) || url.hostname === '' || url.port === '0' || !bare) return problem;
    const own = loginOf(url);
    if (!own) return problem;
    const another = own.kind !== 'none' && login.kind !== 'none' && !isDeepStrictEqual(own, login);
    if (another) return problem;
    if (own.kind !== 'none') login = own;
    tls ||= url.protocol === 'tls:';
    servers.push(`${url.hostname}:${url.port || DEFAULT_PORT}`);
  }
  return { kind: 'servers', servers, login, tls };
}
