import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execute } from '../execute.ts';
import { program } from '../../test/tools/programs.ts';

/**
 * Runs `crossplane` with a home of its own: what it does must not depend on how whoever builds has set it up. Credentials
 * for registries are looked for where the Docker client keeps them, as always.
 */
export async function crossplane(...args: readonly string[]): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'zerotouch-crossplane-'));
  const docker = process.env['DOCKER_CONFIG'] ?? join(process.env['HOME'] ?? home, '.docker');
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, DOCKER_CONFIG: docker };
  try {
    await execute(await program('crossplane-cli'), args, { env }).catch((error: unknown) => {
      throw toldBy(error, `cannot run crossplane ${args.slice(0, 2).join(' ')}`);
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** The failure of a program in one line: what could not be done, and the last thing that the program said. */
export function toldBy(error: unknown, what: string): Error {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
  const reason = said
    .split('\n')
    .at(-1)
    ?.replace(/^(crossplane: )?[Ee]rror: /, '');
  return new Error(`${what}: ${reason}`, { cause: error });
}

/** What a package has besides its objects. */
interface Beside {
  /** A folder of examples, which a marketplace shows. */
  readonly examples?: string;
  /** Tarball of the image that a Function runs. */
  readonly runtime?: string;
}

/** Builds a package from a staged folder. */
export async function buildPackage(
  folder: string,
  output: string,
  // By default crossplane would take in the examples of the working directory.
  { examples = join(folder, 'no-examples'), runtime }: Beside,
): Promise<void> {
  const args = ['--package-root', folder, '--examples-root', examples];
  const embed = runtime === undefined ? [] : ['--embed-runtime-image-tarball', runtime];
  await crossplane('xpkg', 'build', ...args, ...embed, '--package-file', output);
}
