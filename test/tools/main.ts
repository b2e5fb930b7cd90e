/** `npm run tools`: the programs that the tests run beside ours. */
import { command } from '../../command-line/command.ts';
import { DONE, FAILED, REFUSED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import { Failure } from '../../command-line/failure.ts';
import { main } from '../../command-line/main.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import manifest from '../../package.json' with { type: 'json' };
import { customResourceDefinitions } from './crds.ts';
import { crossplaneRelease } from './crossplane-release.ts';
import { program } from './programs.ts';
import { engineProgramNames, programNames } from './recipes.ts';
import type { ProgramName } from './recipes.ts';

async function make(names: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const unknown = names.filter((name) => !programNames.some((known) => known === name));
  if (unknown.length > 0)
    throw new Failure(
      `cannot build ${unknown.join(', ')}: expected some of ${programNames.join(', ')}`,
      REFUSED,
    );
  const wanted =
    names.length === 0 ? engineProgramNames : programNames.filter((name) => names.includes(name));
  const found = await Promise.allSettled([
    ...wanted.map(async (name) => line(name, await program(name))),
    ...(names.length === 0 ? [fetchDefinitions()] : []),
  ]);
  for (const result of found) {
    if (result.status === 'fulfilled') terminal.print(`${result.value}\n`);
    if (result.status === 'rejected') terminal.say(message(result.reason));
  }
  return found.some(({ status }) => status === 'rejected') ? FAILED : DONE;
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

await main({
  name: 'tools',
  version: manifest.version,
  root: command({
    description: `Makes the programs that the tests run beside ours, or those that are named, and prints where each is. Without names it
also fetches the definitions that the engine is given, so that the tests need no network afterwards.

Names: ${programNames.join(', ')}`,
    operands: { usage: '[NAME…]', least: 0, most: Infinity },
    flags: {},
    run: ({ operands }, terminal) => make(operands, terminal),
  }),
});
