import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isExecutable } from '../tools/go.ts';
import { withLock } from '../tools/lock.ts';
import { versions } from '../tools/pins.ts';
import { toolsFolder } from '../tools/programs.ts';

const run = promisify(execFile);

/** A Python that has `langgraph-sdk` in its pinned version. Throws where there is none to be had. */
export function pythonSdk(): Promise<string> {
  return pythonWith('langgraph-sdk', versions.langgraphSdkPython);
}

/** A Python that has the client of NATS in its pinned version. Throws where there is none to be had. */
export function pythonNats(): Promise<string> {
  return pythonWith('nats-py', versions.natsPython);
}

/** A Python that has LangChain in its pinned version, and LangGraph with it. Throws where there is none to be had. */
export function pythonLangchain(): Promise<string> {
  return pythonWith('langchain', versions.langchainPython);
}

/** From PyPI the first time. */
async function pythonWith(name: string, version: string): Promise<string> {
  const folder = join(toolsFolder(), name, version);
  const python = join(folder, 'bin', 'python');
  await withLock([join(toolsFolder(), 'locks', name)], async () => {
    if (await isExecutable(python)) return;
    await run('python3', ['-m', 'venv', folder]);
    try {
      await run(python, ['-m', 'pip', 'install', '--quiet', `${name}==${version}`]);
    } catch (error) {
      // What is half made must not be found by the next one.
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  });
  return python;
}
