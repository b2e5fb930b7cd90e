import { Redis } from 'ioredis';
import pg from 'pg';
import type { ServerUrls } from '../../test/servers/open.ts';

/** Counts what servers were asked, by whomever. */
export interface Traffic extends AsyncDisposable {
  total(): Promise<{ readonly transactions: number; readonly commands: number }>;
}

export function countTraffic({ postgres, redis }: ServerUrls): Traffic {
  const pool = new pg.Pool({ connectionString: postgres, max: 1 });
  const client = new Redis(redis);
  return {
    async total() {
      const { rows } = await pool.query<{ total: number }>(
        'SELECT sum(xact_commit + xact_rollback)::float8 AS total FROM pg_stat_database',
      );
      const stats = await client.info('stats');
      return {
        transactions: rows[0]?.total ?? 0,
        commands: Number(/^total_commands_processed:(\d+)/m.exec(stats)?.[1]),
      };
    },
    async [Symbol.asyncDispose]() {
      client.disconnect();
      await pool.end();
    },
  };
}
