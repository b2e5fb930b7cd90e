import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { describeServers } from '../servers/describe-servers.ts';

const run = promisify(execFile);
const demo = join(import.meta.dirname, '../demo.ts');

describeServers('npm run demo', ({ postgres, nats, redis }) => {
  test('shows a job that outlives its worker, and has one result', async () => {
    const env = { TEST_POSTGRES_URL: postgres, TEST_NATS_URL: nats, TEST_REDIS_URL: redis };
    const { stdout } = await run(process.execPath, [demo], { env: { ...process.env, ...env } });
    const [before = '', after = ''] = stdout.split('The worker was killed (SIGKILL)');
    expect(before).toContain('"double"');
    expect(after).toContain('"status": "completed"');
    expect(after).toContain('The model was called 3 times as planned, and 1 more because of the kill');
    expect(after).toContain('The worker drained and ended with status 0.');
  });
});
