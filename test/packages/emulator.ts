import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unpacked } from '../../package/image/debian.ts';
import { contentOf } from '../../package/image/untar.ts';
import { isExecutable } from '../tools/go.ts';
import { toolsFolder } from '../tools/programs.ts';

const debian = {
  name: 'qemu-user-static',
  version: '7.2+dfsg-7+deb12u18+b3',
  source: 'qemu',
  sha256: {
    amd64: 'c3e3ba2bd87f8c5b9a5da5ef21b5a3b82d7c63b89dd448d9ddaa4eabc5b6e402',
    arm64: 'e420c417c12b42ca774795b62888d5388da0e08c1ef263dea1490e5ce4e32a0b',
  },
};

/**
 * A program without needs of its own that runs arm64 programs on amd64. Fetched once and then kept beside the tools;
 * no kernel module and no registration takes part, it is only put in front of the command.
 */
export async function emulator(): Promise<string> {
  const path = join(toolsFolder(), 'qemu', debian.version, 'qemu-aarch64');
  if (await isExecutable(path)) return path;
  console.error(`fetching ${debian.name} ${debian.version} ...`);
  const program = '/usr/bin/qemu-aarch64-static';
  const { files } = await unpacked(debian, 'amd64', (file) => file === program);
  await mkdir(join(path, '..'), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, contentOf(files, program), { mode: 0o755 });
  await rename(part, path);
  return path;
}
