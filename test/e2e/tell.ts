import { command } from '../../command-line/command.ts';
import type { Call } from '../../command-line/command.ts';
import { DONE, FAILED, REFUSED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import { Failure } from '../../command-line/failure.ts';
import { refuseIdle } from '../../command-line/idle.ts';
import type { Flags } from '../../command-line/flag.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import { readMade, e2eFolder } from './clusters/kept.ts';
import { keepEvidence } from './evidence.ts';
import { Kubectl } from './kubectl.ts';
import { tell } from './story.ts';
import type { Chapter, Outcome } from './story.ts';
import { chapterNames, storyOf } from './chapters.ts';
import type { Registry, World } from './world.ts';

const flags = {
  kubeconfig: { value: 'FILE', help: 'The cluster; or KUBECONFIG.' },
  registry: {
    value: 'REG/OWN',
    help: 'Where the cluster pulls from; or E2E_REGISTRY. Its host needs a dot.',
  },
  push: {
    value: 'REG/OWN',
    help: 'The same registry as this machine sees it, where that differs; or E2E_PUSH.',
  },
  keep: { help: 'Leave everything standing, and start on what an earlier run left.' },
  sabotaged: { help: 'Break what a chapter shows, and see it fail: a test of the chapters.' },
} as const satisfies Flags;

/** `npm run e2e` */
export const tellCommand = command({
  description: `Tells the whole story on a cluster with running Pods: pushes both packages and the worker's image, installs them,
applies claims, uses, breaks, changes and deletes them, and leaves the cluster as it found it. The last line counts.
Without flags it is the cluster that \`npm run e2e up\` made.

Chapters: ${chapterNames.join(', ')}; all of them when none is named.`,
  operands: { usage: '[CHAPTER…]', least: 0, most: Infinity },
  flags,
  run: tellStory,
});

/** Where the story is to be told, from options and environment, else as `e2e up` noted it. */
async function target(call: Call<typeof flags>): Promise<{ kubeconfig: string; registry: Registry }> {
  const values = call.flags;
  const made = await readMade();
  const kubeconfig = values.kubeconfig ?? process.env['KUBECONFIG'] ?? made?.kubeconfig;
  const pull = values.registry ?? process.env['E2E_REGISTRY'];
  const push = values.push ?? process.env['E2E_PUSH'] ?? pull;
  const registry = pull && push ? { pull, push } : made?.registry;
  if (pull === undefined) refuseIdle(call, ['push'], 'without --registry');
  if (kubeconfig && registry) return { kubeconfig, registry };
  const missing = kubeconfig ? 'a registry (--registry)' : 'a cluster (--kubeconfig)';
  throw new Failure(`cannot begin: ${missing} is needed; npm run e2e up makes both`, REFUSED);
}

async function tellStory(call: Call<typeof flags>, terminal: Terminal): Promise<ExitCode> {
  const { flags: given, operands } = call;
  const unknown = operands.filter((name) => !chapterNames.some((known) => known === name));
  if (unknown.length > 0)
    throw new Failure(
      `cannot tell ${unknown.join(', ')}: the chapters are ${chapterNames.join(', ')}`,
      REFUSED,
    );
  const { kubeconfig, registry } = await target(call);
  await using cluster = await Kubectl.of(kubeconfig);
  const world: World = { cluster, registry };
  const began = new Date();
  const folder = `${e2eFolder}/${began.toISOString().replaceAll(/[:.]/g, '-')}`;
  const story: Chapter[] = await storyOf(world, operands, given.keep);
  const outcome = await tell(story, {
    say: (line) => terminal.print(`${line}\n`),
    evidence: (name) => keepEvidence(cluster, folder, name),
    sabotaged: given.sabotaged,
  });
  terminal.print(conclusion(outcome, began));
  return outcome.failed === 0 ? DONE : FAILED;
}

function conclusion({ passed, failed, skipped }: Outcome, began: Date): string {
  const seconds = Math.round((Date.now() - began.getTime()) / 1000);
  return `\n${seconds} s in all\n${passed} passed, ${failed} failed, ${skipped} skipped\n`;
}
