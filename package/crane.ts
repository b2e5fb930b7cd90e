import { program } from '../test/tools/programs.ts';
import { execute } from './execute.ts';
import { toldBy } from './xpkg/build.ts';

/** Runs crane, which talks to registries; answers with what it prints. */
export async function crane(insecure: boolean, ...args: readonly string[]): Promise<string> {
  const all = [...args, ...(insecure ? ['--insecure'] : [])];
  const { stdout } = await execute(await program('crane'), all).catch((error: unknown) => {
    throw toldBy(error, `cannot run crane ${args.join(' ')}`);
  });
  return stdout.trim();
}

/** The digest that a registry has under this name; undefined when it has none. */
export async function digestOf(name: string, insecure: boolean): Promise<string | undefined> {
  return crane(insecure, 'digest', name).catch((error: unknown) => {
    // A repository that does not exist yet is MANIFEST_UNKNOWN, NAME_UNKNOWN or a plain 404, as the registry likes.
    if (/MANIFEST_UNKNOWN|NAME_UNKNOWN|404/.test(String(error))) return undefined;
    throw error;
  });
}
