import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute } from '../execute.ts';
import { bundledProgram, programFile } from './bundle.ts';
import { writePackage } from './write-package.ts';

/** What was written, as paths. */
export interface Packed {
  /** What npm installs. */
  readonly tarball: string;
  /** The same program as one file, to be run by Node from wherever it lies. */
  readonly oneFile: string;
}

/** Writes `zerotouch` of this checkout into an existing folder, as an npm package and as one file. */
export async function pack(root: string, out: string, version: string): Promise<Packed> {
  const staged = await mkdtemp(join(tmpdir(), 'zerotouch-npm-'));
  try {
    await writePackage(root, staged, version);
    const { stdout } = await execute('npm', ['pack', '--silent', '--pack-destination', out], { cwd: staged });
    const { files } = await bundledProgram(version, { oneFile: true });
    const oneFile = join(out, `zerotouch-${version}.mjs`);
    await writeFile(oneFile, files.get(programFile) ?? new Uint8Array());
    await chmod(oneFile, 0o755);
    return { tarball: join(out, stdout.trim()), oneFile };
  } finally {
    await rm(staged, { recursive: true });
  }
}
