import pg from 'pg';
import { onTestFinished } from 'vitest';
import { until } from '../engine/until.ts';

/** A lock in PostgreSQL that keeps a worker at one point of its way. */
export interface Roadblock {
  /** Returns when a statement whose text holds this waits for the lock. */
  waitedFor(text: string): Promise<void>;
  /** Ends whoever waits, as if the network had gone with the worker, then opens the road. */
  lift(): Promise<void>;
}

/** Takes the lock with one statement, in a transaction that stays open until it is lifted or the test is over. */
export async function block(url: string, statement: string): Promise<Roadblock> {
  const [holder, watcher] = [
    new pg.Client({ connectionString: url }),
    new pg.Client({ connectionString: url }),
  ];
  await Promise.all([holder.connect(), watcher.connect()]);
  const leave = () => Promise.all([holder.end(), watcher.end()]);
  onTestFinished(async () => void (await leave()));
  await holder.query('BEGIN');
  await holder.query(statement);
  const waiting = `SELECT pid, query FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
  return {
    async waitedFor(text) {
      await until(`a statement with ${text} waits`, async () => {
        const { rows } = await watcher.query<{ query: string }>(waiting);
        return rows.some(({ query }) => query.includes(text));
      });
    },
    async lift() {
      await watcher.query(`SELECT pg_terminate_backend(pid) FROM (${waiting}) AS waiter`);
      await holder.query('ROLLBACK');
      await leave();
    },
  };
}
