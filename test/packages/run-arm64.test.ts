import { copyFile, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { runContainer } from './container.ts';
import { emulator } from './emulator.ts';
import { describeContainers, pullRootfs, pushed } from './packages.ts';
import { versions } from './versions.ts';

const cases = [
  { name: 'function', args: ['/app/function.cjs', '--version'], says: `${versions.now.slice(1)}\n` },
  { name: 'worker', args: ['/app/worker.mjs', '--help'], says: 'Runs agent jobs to their end.\n' },
] as const;

describeContainers('the images for arm64, run by an emulator', (packages) => {
  // On arm64 itself, the other tests have run them.
  describe.skipIf(process.arch !== 'x64').each(cases)('$name', ({ name, args, says }) => {
    let rootfs: string;
    beforeAll(async () => {
      const dir = await mkdtemp(join(packages.dir, 'arm64-'));
      rootfs = await pullRootfs(pushed(packages, name), 'arm64', join(dir, 'root'));
      await copyFile(await emulator(), join(rootfs, 'emulator'));
    });
    const node = (...rest: readonly string[]) =>
      runContainer({ rootfs, args: ['/emulator', '/nodejs/bin/node', ...rest], env: {} });

    it('starts', async () => {
      const { code, output } = await node(...args);
      expect(output).toContain(says);
      expect(code).toBe(0);
    });

    it('has Node for arm64, with the authorities of its own list in a file', async () => {
      const script = `
        const { readFileSync } = require('node:fs');
        const { rootCertificates } = require('node:tls');
        const file = readFileSync('/etc/ssl/certs/ca-certificates.crt', 'utf8');
        console.log(process.arch, rootCertificates.length > 100, rootCertificates.every((one) => file.includes(one)));
      `;
      expect((await node('--eval', script)).output).toBe('arm64 true true\n');
    });
  });
});
