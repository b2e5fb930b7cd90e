import { Redis } from 'ioredis';

/** Commands for one connection, in order: `[["SET", "a", "1"], ["GET", "a"]]`. */
export interface CacheOrder {
  /** `redis://…`, as a `-conn` Secret has it. */
  readonly uri: string;
  readonly commands: readonly (readonly [string, ...string[]])[];
}

/** The reply to the last command. Fails with the server's own message. */
export async function cache({ uri, commands }: CacheOrder): Promise<unknown> {
  const client = new Redis(uri, {
    lazyConnect: true,
    connectTimeout: 5_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  let reason: Error | undefined;
  client.on('error', (error: Error) => (reason = error));
  try {
    await client.connect();
    let reply: unknown;
    for (const [name, ...args] of commands) reply = await client.call(name, ...args);
    return reply;
  } catch (error) {
    throw reason ?? error; // "Connection is closed" says less than what closed it
  } finally {
    client.disconnect();
  }
}
