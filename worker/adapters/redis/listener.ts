import type { Redis } from 'ioredis';

/** One connection that hears what is published on any number of channels. */
export interface Listener {
  add(channel: string): void;
  remove(channel: string): void;
  /** Whether a message on this channel would be heard now, as far as anybody knows. */
  hears(channel: string): boolean;
  /** Asks whether the server is still there: a connection that is not answered is made again. */
  check(): void;
  close(): void;
}

/** `heard` is called for each message, and without one when a channel is heard from now on: what came before is there to be read. */
export function listener(redis: Redis, heard: (channel: string, message?: string) => void): Listener {
  const wanted = new Set<string>();
  const subscribed = new Set<string>();

  const subscribe = (channels: readonly string[]): void => {
    // One that fails is tried again with the next connection; until then its watchers look for themselves.
    redis.subscribe(...channels).then(
      () => {
        for (const channel of channels.filter((one) => wanted.has(one))) {
          subscribed.add(channel);
          heard(channel);
        }
      },
      () => {},
    );
  };

  // Its failures show in the connection that writes.
  redis.on('error', () => {});
  redis.on('message', heard);
  redis.on('close', () => subscribed.clear());
  redis.on('ready', () => {
    if (wanted.size > 0) subscribe([...wanted]);
  });

  return {
    add(channel) {
      wanted.add(channel);
      if (redis.status === 'ready') subscribe([channel]);
    },
    remove(channel) {
      wanted.delete(channel);
      subscribed.delete(channel);
      if (redis.status === 'ready') redis.unsubscribe(channel).catch(() => {});
    },
    hears: (channel) => subscribed.has(channel),
    check() {
      if (redis.status === 'ready') redis.ping().catch(() => {});
    },
    close: () => redis.disconnect(),
  };
}
