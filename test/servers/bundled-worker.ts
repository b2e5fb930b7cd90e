import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundledProgram, programs } from '../../package/programs.ts';

/** Puts the worker into a folder as its image has it; answers the file to start. */
export async function installWorker(folder: string): Promise<string> {
  const { bundle, beside } = programs.worker;
  await mkdir(folder, { recursive: true });
  const { files } = await bundledProgram(programs.worker);
  for (const [name, content] of files) await writeFile(join(folder, name), content);
  await cp(beside.source, join(folder, beside.name), { recursive: true });
  return join(folder, bundle);
}
