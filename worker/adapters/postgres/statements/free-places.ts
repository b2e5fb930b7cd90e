import type pg from 'pg';
import { Failure } from '../../../jobs/rules/failures.ts';
import { query } from '../connection.ts';
import type { Group } from './group.ts';

/**
 * Jobs whose worker is gone leave their places to others: they wait again, which their worker, should it be there after all, is told
 * when it renews the lease.
 */
const statement = {
  name: 'free_places',
  text: `
    UPDATE agent_jobs SET status = 'queued', crashes = crashes + 1, waits_here = true,
      lease_owner = NULL, lease_until = NULL, place = NULL
    WHERE status = 'running' AND place IS NOT NULL AND job_group = $1 AND lease_until < now()`,
};

export async function freePlaces(pool: pg.Pool, group: Group): Promise<void> {
  await query(pool, statement, [group]);
}

/** Whether another worker has taken the place at the same time. */
export function isPlaceTaken(error: unknown): boolean {
  const cause = error instanceof Failure ? error.cause : undefined;
  return cause instanceof Error && 'constraint' in cause && cause.constraint === 'agent_jobs_place';
}
