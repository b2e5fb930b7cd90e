import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

/** `watch-lease.ts DATABASE_URL JOB_ID SECONDS`: whether the lease of a job runs out within that time, looked at from outside. */
const [url, jobId, seconds] = process.argv.slice(2);
const client = new pg.Client({ connectionString: url });
await client.connect();
const until = performance.now() + Number(seconds) * 1_000;
let over = false;
while (!over && performance.now() < until) {
  await sleep(50);
  const { rows } = await client.query<{ over: boolean }>(
    'SELECT lease_until < now() AS over FROM agent_jobs WHERE job_id = $1',
    [jobId],
  );
  over = rows[0]?.over === true;
}
await client.end();
process.stdout.write(over ? 'over' : 'held');
