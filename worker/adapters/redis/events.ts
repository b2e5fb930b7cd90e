import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { Redis } from 'ioredis';
import { isJsonObject, parseJson } from '../../json.ts';
import type { EventStream, JobEvent, StoredEvent, StreamPage } from '../../ports.ts';
import { appendScript } from './append-script.ts';
import { bodyOf } from './event-body.ts';
import { channelOf, isBefore, isPlace, keyOf } from './places.ts';
import { redisWatches } from './watches.ts';
import type { Watches } from './watches.ts';

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  /** The default user when absent. */
  readonly user?: string | undefined;
  readonly password: string | undefined;
  /** By its number; the first when absent. */
  readonly database?: number;
  /** With the authorities that it is checked against, in PEM, or those that Node.js knows. Undefined is no TLS. */
  readonly tls?: { readonly ca?: string } | undefined;
}

/** How much is kept of each job, and for how long after its last event. */
export interface StreamLimits {
  readonly length: number;
  /** Of the events as they are stored, overhead of the server left out. */
  readonly bytes: number;
  readonly ttlSeconds: number;
}

const appendHash = createHash('sha1').update(appendScript).digest('hex');

/**
 * Commands fail at once while the server is away: what cannot be delivered now is the caller's to keep or to drop. A command
 * that is not answered in time counts as lost.
 */
function options({ host, port, user, password, database, tls }: RedisAddress) {
  return {
    host,
    port,
    ...(user === undefined ? {} : { username: user }),
    ...(password === undefined ? {} : { password }),
    db: database ?? 0,
    // Node names the server only where it is told to, and an address is no name.
    ...(tls === undefined ? {} : { tls: { ...tls, ...(isIP(host) === 0 ? { servername: host } : {}) } }),
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 3_000,
    commandTimeout: 3_000,
    retryStrategy: (attempt: number) => Math.min(100 * attempt, 1_000),
  };
}

/** Of the connection that listens: nothing else would tell it from one on which there is nothing to hear. */
function listening(address: RedisAddress) {
  return { ...options(address), socketTimeout: 5_000, autoResubscribe: false };
}

function storedEvent([id, fields]: [string, string[]]): StoredEvent {
  const body = parseJson(fields[3] ?? '');
  const data = isJsonObject(body) && isJsonObject(body['data']) ? body['data'] : {};
  // Written by the script above, from the type of a JobEvent.
  return { id, type: (fields[1] ?? 'error') as JobEvent['type'], data };
}

/** A Redis Stream for each job, and the pub/sub channel of the same events. */
export function redisEvents(address: RedisAddress, limits: StreamLimits): EventStream {
  const redis = new Redis(options(address));
  let trouble = 'connecting';
  redis.on('error', (error: Error) => {
    trouble = error.message;
  });
  let watches: Watches | undefined;

  const read = async (jobId: string, after: string | undefined, limit: number): Promise<StreamPage> => {
    const key = keyOf(jobId);
    // Anything but a place in this stream, such as an id of another server, is a place that is not there any more.
    const known = after === undefined || isPlace(after);
    const from = after === undefined || !known ? '-' : `(${after}`;
    const [entries, first] = await Promise.all([
      redis.xrange(key, from, '+', 'COUNT', limit),
      after === undefined ? [] : redis.xrange(key, '-', '+', 'COUNT', 1),
    ]);
    const start = first[0]?.[0];
    const gap = after !== undefined && (!known || start === undefined || isBefore(after, start));
    return { events: entries.map(storedEvent), gap };
  };

  return {
    async append(jobId, events, token) {
      const texts = events.flatMap((event) => [event.type, bodyOf(event)]);
      const parameters = [
        keyOf(jobId),
        channelOf(jobId),
        limits.length,
        limits.bytes,
        limits.ttlSeconds,
        token,
        ...texts,
      ];
      try {
        await redis.evalsha(appendHash, 1, ...parameters);
      } catch (error) {
        // A server that was restarted has forgotten its scripts.
        if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
        await redis.eval(appendScript, 1, ...parameters);
      }
    },
    read,
    watch(jobId, only) {
      watches ??= redisWatches(redis, new Redis(listening(address)));
      return watches.watch(jobId, only);
    },
    async check() {
      if (redis.status !== 'ready') throw new Error(`not connected to Redis: ${trouble}`);
      await redis.ping();
    },
    async close() {
      redis.disconnect();
      watches?.close();
      await Promise.resolve();
    },
  };
}
