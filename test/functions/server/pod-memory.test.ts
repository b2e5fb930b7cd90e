import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundle } from '../../../package/bundle.ts';
import { programs } from '../../../package/programs.ts';
import { claim } from '../call.ts';
import { callOnce } from './serving.ts';
import { encodeRequest } from '../wire/wire.ts';

/** Of the function's container in `package/install/runtime.yaml`, in MiB. */
const limit = Number(
  /limits:[^]*?memory: (\d+)Mi/.exec(readFileSync('package/install/runtime.yaml', 'utf8'))?.[1],
);

/** Just under the largest request that is taken. */
const request = encodeRequest({
  observed: {
    composite: { resource: claim('DragonflyInstance') },
    resources: { large: { resource: { data: 'x'.repeat(8 * 1024 * 1024 - 4096) } } },
  },
});

/** The most memory that the process ever had, in MiB. */
function peak(pid: number | undefined): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

test.runIf(process.platform === 'linux')(
  'eight of the largest requests at once fit into the Pod',
  async () => {
    expect(limit).toBeGreaterThan(0);
    const folder = await mkdtemp(join(tmpdir(), 'zerotouch-pod-'));
    const file = join(folder, 'function.cjs');
    await bundle('functions/main.ts', file);
    const args = ['--insecure', '--address', '127.0.0.1:0'];
    const child = spawn(process.execPath, [...programs.function.flags, file, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      let output = '';
      child.stdout.on('data', (data: Buffer) => (output += data.toString()));
      await expect.poll(() => output, { timeout: 20_000 }).toContain('"msg":"serving"');
      const port = /"port":(\d+)/.exec(output)?.[1];
      const answers = Array.from({ length: 8 }, () => callOnce(`127.0.0.1:${port}`, request));
      expect(await Promise.all(answers)).toHaveLength(8);
      expect(peak(child.pid)).toBeLessThan(limit);
    } finally {
      child.kill('SIGTERM');
      await once(child, 'exit');
      await rm(folder, { recursive: true });
    }
  },
);
