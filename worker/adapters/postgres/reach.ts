import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

const PAUSE_MS = 500;

/**
 * Waits for a server that does not answer yet, such as one that was ordered together with this worker, and says so once.
 *
 * @throws what the server said when it refuses this login, and what was wrong last when it has not answered within `waitMs`
 */
export async function reachServer(pool: pg.Pool, waitMs: number, say: (line: string) => void): Promise<void> {
  const end = performance.now() + waitMs;
  for (let attempt = 1; ; attempt += 1) {
    const problem = await connectOnce(pool);
    if (problem === undefined) return;
    if (isFinal(problem) || performance.now() > end) throw problem;
    if (attempt === 1) say(`waiting for PostgreSQL: ${problem.message || problem.name}`);
    await sleep(PAUSE_MS);
  }
}

async function connectOnce(pool: pg.Pool): Promise<Error | undefined> {
  try {
    (await pool.connect()).release();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/**
 * Whether a server has answered and will not answer otherwise later. It answers with an SQLSTATE, which has a digit, unlike EPIPE
 * and its kind; those of a lost connection (08), too many connections (53) and a server that starts or stops (57) pass.
 * https://www.postgresql.org/docs/current/errcodes-appendix.html
 */
function isFinal(problem: Error): boolean {
  const code = 'code' in problem && typeof problem.code === 'string' ? problem.code : '';
  return /^(?=.*\d)[0-9A-Z]{5}$/.test(code) && !/^(08|53|57)/.test(code);
}
