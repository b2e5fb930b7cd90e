import { parseArgs } from 'node:util';
import { readMade, e2eFolder } from './clusters/kept.ts';
import { keepEvidence } from './evidence.ts';
import { Kubectl } from './kubectl.ts';
import { tell, type Chapter, type Outcome } from './story.ts';
import { chapterNames, storyOf } from './chapters.ts';
import type { Registry, World } from './world.ts';

const usage = `npm run e2e [-- OPTIONS] [CHAPTER...]

Tells the whole story on a cluster with running Pods: pushes both packages and the worker's image, installs them,
applies claims, uses, breaks, changes and deletes them, and leaves the cluster as it found it. The last line counts.

  --kubeconfig FILE    the cluster (KUBECONFIG)
  --registry REG/OWN   where the cluster pulls from; its host needs a dot (E2E_REGISTRY)
  --push REG/OWN       the same registry as this machine sees it, where that differs (E2E_PUSH)
  --keep               leaves everything standing, and starts on what an earlier run left

Without them: the cluster that \`npm run e2e:up\` made.

Chapters: ${chapterNames.join(', ')}; all of them when none is named.
`;

const options = {
  kubeconfig: { type: 'string' },
  registry: { type: 'string' },
  push: { type: 'string' },
  keep: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Where the story is to be told, from options and environment, else as `e2e:up` noted it. */
async function target(values: {
  readonly kubeconfig?: string;
  readonly registry?: string;
  readonly push?: string;
}): Promise<{ kubeconfig: string; registry: Registry }> {
  const made = await readMade();
  const kubeconfig = values.kubeconfig ?? process.env['KUBECONFIG'] ?? made?.kubeconfig;
  const pull = values.registry ?? process.env['E2E_REGISTRY'];
  const push = values.push ?? process.env['E2E_PUSH'] ?? pull;
  const registry = pull && push ? { pull, push } : made?.registry;
  if (kubeconfig && registry) return { kubeconfig, registry };
  const missing = kubeconfig ? 'a registry (--registry)' : 'a cluster (--kubeconfig)';
  throw new Error(`cannot begin: ${missing} is needed; npm run e2e:up makes both`);
}

async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const unknown = positionals.filter((name) => !chapterNames.some((known) => known === name));
  if (unknown.length > 0)
    throw new Error(`cannot tell ${unknown.join(', ')}: the chapters are ${chapterNames.join(', ')}`);
  const { kubeconfig, registry } = await target(values);
  await using cluster = await Kubectl.of(kubeconfig);
  const world: World = { cluster, registry };
  const began = new Date();
  const folder = `${e2eFolder}/${began.toISOString().replaceAll(/[:.]/g, '-')}`;
  const story: Chapter[] = await storyOf(world, positionals, values.keep);
  const outcome = await tell(story, {
    say: (line) => process.stdout.write(`${line}\n`),
    evidence: (name) => keepEvidence(cluster, folder, name),
  });
  conclude(outcome, began);
  return outcome.failed === 0 ? 0 : 1;
}

function conclude({ passed, failed, skipped }: Outcome, began: Date): void {
  const seconds = Math.round((Date.now() - began.getTime()) / 1000);
  process.stdout.write(`\n${seconds} s in all\n${passed} passed, ${failed} failed, ${skipped} skipped\n`);
}

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  return 2;
});
