import { type NatsConnection, connect } from '@nats-io/transport-node';

/**
 * Connects, for as long as it takes: a server that is away is a reason not to be ready, never one to die. Resolves with the
 * first connection; from then on the client reconnects by itself.
 */
export async function openNats(url: string, name: string): Promise<NatsConnection> {
  return connect({
    servers: url.split(',').map((server) => server.trim()),
    name,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
    reconnectJitter: 500,
    waitOnFirstConnect: true,
    pingInterval: 10_000,
    maxPingOut: 2,
    // A password that was rotated on the server arrives here a little later: keep trying.
    ignoreAuthErrorAbort: true,
  });
}
