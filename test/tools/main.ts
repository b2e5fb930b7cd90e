import { customResourceDefinitions } from './crds.ts';
import { crossplaneRelease } from './crossplane-release.ts';
import { programNames, type ProgramName } from './pins.ts';
import { program } from './programs.ts';

const usage = `npm run engine:tools [-- NAME...]

Makes the programs that the tests run beside ours, or those that are named, and prints where each is. Without names it
also fetches the definitions that the engine is given, so that the tests need no network afterwards.

Names: ${programNames.join(', ')}`;

async function main(names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !programNames.some((known) => known === name));
  if (unknown.length > 0) {
    throw new Error(`cannot build ${unknown.join(', ')}: expected some of ${programNames.join(', ')}`);
  }
  const wanted = programNames.filter((name) => names.length === 0 || names.includes(name));
  const found = await Promise.allSettled([
    ...wanted.map(async (name) => line(name, await program(name))),
    ...(names.length === 0 ? [fetchDefinitions()] : []),
  ]);
  for (const result of found) {
    if (result.status === 'fulfilled') console.log(result.value);
    if (result.status === 'rejected') console.error(message(result.reason));
  }
  if (found.some(({ status }) => status === 'rejected')) process.exitCode = 1;
}

async function fetchDefinitions(): Promise<string> {
  const [definitions] = await Promise.all([customResourceDefinitions(), crossplaneRelease()]);
  return `${definitions.length} definitions of operators, and Crossplane's own`;
}

function line(name: ProgramName, path: string): string {
  return `${name.padEnd(Math.max(...programNames.map(({ length }) => length)))}  ${path}`;
}

function message(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

const args = process.argv.slice(2);
if (args.includes('--help')) console.log(usage);
else
  await main(args).catch((error: unknown) => {
    console.error(message(error));
    process.exitCode = 2;
  });
