import { program } from '../tools/programs.ts';
import { run } from './shell.ts';

/** How a program says that it is there, and where people get it. */
const others = {
  docker: { greeting: ['info'], from: 'https://docs.docker.com/get-docker/' },
  kind: { greeting: ['version'], from: 'https://kind.sigs.k8s.io/docs/user/quick-start/#installation' },
  helm: { greeting: ['version'], from: 'https://helm.sh/docs/intro/install/' },
} as const;

async function answers(command: string, args: readonly string[]): Promise<boolean> {
  return run(command, args, { seconds: 20 }).then(
    () => true,
    () => false,
  );
}

/** The pinned kubectl of the tests; where that cannot be built, whatever kubectl is on PATH. */
export async function kubectlProgram(): Promise<string> {
  try {
    return await program('kubectl');
  } catch (error) {
    if (await answers('kubectl', ['version', '--client'])) return 'kubectl';
    throw error;
  }
}

/**
 * Makes sure that these commands work here.
 *
 * @throws one sentence for each that does not, saying where to get it
 */
export async function needs(...names: readonly (keyof typeof others)[]): Promise<void> {
  const missing = [];
  for (const name of names) {
    const { greeting, from } = others[name];
    if (!(await answers(name, greeting)))
      missing.push(`${name} does not answer \`${name} ${greeting[0]}\`; see ${from}`);
  }
  if (missing.length > 0) throw new Error(missing.join('\n'));
}
