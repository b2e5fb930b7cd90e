import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Failure } from '../../jobs/rules/failures.ts';
import type { Problem } from '../../ports.ts';
import type { AgentSettings } from '../settings.ts';
import type { CodedAgent, CodedAgents } from './coded-agent.ts';
import { compiledGraph } from './compile.ts';
import { listExports } from './list-exports.ts';
import type { AgentExport } from './list-exports.ts';
import { loadProvided } from './provided.ts';
import { agentServices } from './services.ts';
import type { AgentServices, ModelChoice } from './services.ts';
import { sharePackages } from './share-packages.ts';

/**
 * The agents that the `langgraph.json` of a folder names. Their code runs in this process, with all that it has. Throws a Failure
 * that names every agent which cannot be had, with its file and export.
 */
export async function loadCodedAgents(
  folder: string,
  settings: AgentSettings,
  chosen: ModelChoice = {},
): Promise<CodedAgents> {
  const place = await placeOf(folder);
  const listed = await listExports(place);
  if (listed.kind === 'problems') throw refusal(folder, listed.problems);
  const provided = await loadProvided();
  try {
    sharePackages(pathToFileURL(`${place}/`), provided);
  } catch (error) {
    throw new Failure('INVALID_DEFINITION', `cannot load agents of ${folder}: ${reasonOf(error)}`);
  }
  const services = agentServices(settings, chosen);
  const [agents, problems] = [new Map<string, CodedAgent>(), new Array<Problem>()];
  // One after the other: what two modules have in common then fails in one of them, with its own words.
  for (const one of listed.exports) {
    const path = `${one.name} (${one.file}, export ${one.exported})`;
    await loadOne(one, services).then(
      (agent) => agents.set(one.name, agent),
      (error: unknown) => problems.push({ path, message: reasonOf(error) }),
    );
  }
  if (problems.length > 0) throw refusal(folder, problems);
  return agents;
}

/** Node knows modules by where they really are, and so do those that they import. */
async function placeOf(folder: string): Promise<string> {
  const place = await realpath(resolve(folder)).catch(() => undefined);
  if (place !== undefined && (await stat(place)).isDirectory()) return place;
  const what = place === undefined ? 'there is no such folder' : 'it is no folder';
  throw new Failure('INVALID_DEFINITION', `cannot load agents of ${folder}: ${what}`);
}

async function loadOne({ file, exported }: AgentExport, services: AgentServices): Promise<CodedAgent> {
  const module: unknown = await import(pathToFileURL(file).href);
  if (typeof module !== 'object' || module === null || !(exported in module)) {
    const names = Object.keys(module ?? {});
    throw new Error(`there is no such export, but ${names.length === 0 ? 'none at all' : names.join(', ')}`);
  }
  const graph = await compiledGraph(Reflect.get(module, exported), services);
  const { mtime } = await stat(file);
  return { graph, changedAt: mtime.toISOString() };
}

function refusal(folder: string, problems: readonly Problem[]): Failure {
  const lines = problems.map(({ path, message }) => `  ${path}: ${message}`);
  return new Failure('INVALID_DEFINITION', [`cannot load agents of ${folder}:`, ...lines].join('\n'));
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Where code cannot be read Node says in the stack alone, above the line itself.
  const at =
    error instanceof SyntaxError ? /^(?:file:\/\/)?(\S+:\d+)\n/.exec(error.stack ?? '')?.[1] : undefined;
  return at === undefined ? error.message : `${error.message}, at ${at}`;
}
