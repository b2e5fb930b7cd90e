import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isExecutable } from '../tools/go.ts';
import { withLock } from '../tools/lock.ts';
import { versions } from '../tools/pins.ts';
import { toolsFolder } from '../tools/programs.ts';

const run = promisify(execFile);

/** A Python that has `langgraph-sdk` in its pinned version, from PyPI the first time. Throws where there is none to be had. */
export async function pythonSdk(): Promise<string> {
  const version = versions.langgraphSdkPython;
  const folder = join(toolsFolder(), 'langgraph-sdk', version);
  const python = join(folder, 'bin', 'python');
  await withLock([join(toolsFolder(), 'locks', 'langgraph-sdk')], async () => {
    if (await isExecutable(python)) return;
    await run('python3', ['-m', 'venv', folder]);
    try {
      await run(python, ['-m', 'pip', 'install', '--quiet', `langgraph-sdk==${version}`]);
    } catch (error) {
      // What is half made must not be found by the next one.
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  });
  return python;
}
