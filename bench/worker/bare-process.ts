import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { World } from '../../test/servers/world.ts';
import type { Figures } from './load.ts';
import type { Shape } from './shapes.ts';

export type Cost = Pick<Figures, 'jobsPerSecond' | 'cpuMs'>;

/** What a process of LangGraph and deepagents alone has measured of itself. */
export interface BareFigures {
  /** Milliseconds from the start of the process until its graph was built. */
  readonly readyMs: number;
  /** MB of resident memory before the first job. */
  readonly idleMb: number;
  /** Of the first jobs. */
  readonly first: Cost;
  /** Of the jobs after them. */
  readonly warm: Cost;
  /** MB of resident memory after the last job. */
  readonly levelMb: number;
}

/** Runs so many jobs of a shape without a worker, and so many more; checkpoints are in memory where there is no database. */
export async function runBare(
  shape: Shape,
  first: number,
  warm: number,
  world: World,
  databaseUrl?: string,
): Promise<BareFigures> {
  const script = new URL('bare.ts', import.meta.url).pathname;
  const args = [script, shape.name, String(first), String(warm), '5', '0', world.model.url];
  if (databaseUrl !== undefined) args.push(databaseUrl);
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as BareFigures;
}
