import { isIP } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkServerIdentity } from 'node:tls';
import { AuthorizationError, connect } from '@nats-io/transport-node';
import type { ConnectionOptions, NatsConnection } from '@nats-io/transport-node';
import type { NatsAddress } from './address.ts';
import { authenticator } from './login.ts';

const PAUSE_MS = 500;

/** A connection that is made for as long as it takes. */
export interface NatsLink {
  /** Resolves with the first connection; from then on the client reconnects by itself. Rejects when it is closed before. */
  readonly connected: Promise<NatsConnection>;
  /** Why there is no connection at this moment, in words; undefined while there is one. */
  problem(): string | undefined;
  /** Sends without waiting; drops it while there is no connection. */
  publish(subject: string, body: Uint8Array): void;
  /** Sends what is left and closes, or gives up trying. */
  close(): Promise<void>;
}

/**
 * The client names the server to the check of its certificate only when it has a name; where it has an address Node would take
 * `localhost` for it. The certificate must then be for one of the addresses that were given.
 */
function identityCheck(servers: readonly string[]): typeof checkServerIdentity {
  const addresses = servers
    .map((server) => server.replace(/:\d+$/, '').replaceAll(/[[\]]/g, ''))
    .filter((host) => isIP(host) !== 0);
  return (host, certificate) => {
    if (host !== 'localhost' || addresses.length === 0) return checkServerIdentity(host, certificate);
    const problems = addresses.map((address) => checkServerIdentity(address, certificate));
    return problems.includes(undefined) ? undefined : problems[0];
  };
}

/** The options of a connection, for the first attempt and all later ones. */
export function connectionOptions({ servers, login, tls }: NatsAddress, name: string): ConnectionOptions {
  const answer = authenticator(login);
  // Handed on to Node as it is, though the client's own type does not name it.
  const check = { checkServerIdentity: identityCheck(servers) };
  return {
    servers: [...servers],
    name,
    ...(answer ? { authenticator: answer } : {}),
    ...(tls ? { tls: { ...tls, ...check } } : {}),
  };
}

/** Why there is no connection. */
export interface LostConnection {
  /** `refused` by the server, which knows no such login; `tls` does not come about; `away` is all else. */
  readonly kind: 'refused' | 'tls' | 'away';
  /** In words for whoever runs the worker. */
  readonly message: string;
}

/** What a failed attempt means. */
export function lostConnection(error: unknown): LostConnection {
  if (!(error instanceof Error)) return { kind: 'away', message: 'not connected to NATS' };
  const cause =
    error.cause instanceof Error && error.cause.message !== error.message ? error.cause : undefined;
  const text = cause ? `${error.message}: ${cause.message}` : error.message || error.name;
  if (error instanceof AuthorizationError || cause instanceof AuthorizationError)
    return { kind: 'refused', message: `NATS refuses the login: ${text}` };
  if (/certificate|altname|\bssl|\btls/i.test(text))
    return { kind: 'tls', message: `no TLS connection to NATS: ${text}` };
  return { kind: 'away', message: `not connected to NATS: ${text}` };
}

/**
 * Connects, for as long as it takes: a server that is away, or that does not know the login yet, is a reason not to be ready,
 * never one to die.
 */
export function openNats(address: NatsAddress, name: string): NatsLink {
  let made: NatsConnection | undefined;
  let problem: string | undefined = 'not connected to NATS yet';
  let last: string | undefined;
  const stop = new AbortController();

  const follow = async (connection: NatsConnection): Promise<void> => {
    for await (const status of connection.status()) {
      if (status.type === 'error') last = lostConnection(status.error).message;
      if (status.type === 'disconnect') {
        problem = 'not connected to NATS: the connection was lost';
        last = undefined;
      }
      if (status.type === 'reconnect') problem = undefined;
    }
    problem = 'not connected to NATS: the connection is closed';
  };

  const attempt = async (): Promise<NatsConnection> => {
    const connection = await connect({
      ...connectionOptions(address, name),
      maxReconnectAttempts: -1,
      reconnectTimeWait: PAUSE_MS,
      reconnectJitter: PAUSE_MS,
      pingInterval: 10_000,
      maxPingOut: 2,
      // A password that was rotated on the server arrives here a little later: keep trying.
      ignoreAuthErrorAbort: true,
    });
    problem = undefined;
    made = connection;
    void follow(connection);
    return connection;
  };

  const first = async (): Promise<NatsConnection> => {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        problem = lostConnection(error).message;
        await sleep(PAUSE_MS * (1 + Math.random()), undefined, { signal: stop.signal, ref: false });
      }
    }
  };

  const connected = first();
  // Whoever gave up is not told of it.
  connected.catch(() => {});
  return {
    connected,
    problem: () => problem && (last ?? problem),
    publish(subject, body) {
      // Publishing on a closed connection throws, and on a lost one it would be kept for later.
      if (made && problem === undefined && !made.isClosed()) made.publish(subject, body);
    },
    async close() {
      stop.abort();
      if (made && !made.isClosed()) await made.drain();
    },
  };
}
