import { command } from '../../../command-line/command.ts';
import { DONE, REFUSED } from '../../../command-line/exit-code.ts';
import { Failure } from '../../../command-line/failure.ts';
import type { Flags } from '../../../command-line/flag.ts';
import { isRunning } from '../../node/down.ts';
import { partNames } from '../../node/parts/catalog.ts';
import type { PartName } from '../../node/parts/catalog.ts';
import { kindDown, kindUp } from './kind.ts';
import { forgetMade, noteMade, readMade } from './kept.ts';
import type { Made } from './kept.ts';
import { nodeDown, nodeUp } from './node.ts';

const flags = {
  kind: { help: 'Make it with kind, which needs docker, kind and helm, where a node could be made too.' },
} as const satisfies Flags;

/** `npm run e2e up` */
export const upCommand = command({
  description: `Makes a cluster for \`npm run e2e\`, and notes it for it. On Linux as root it is a node made from packages,
without Docker; elsewhere it is made with kind. A node has what the story needs; more is made when it is asked for.

Parts: ${partNames.join(', ')}`,
  operands: { usage: '[PART…]', least: 0, most: Infinity },
  flags,
  async run({ flags: given, operands }) {
    await up(operands, given.kind);
    return DONE;
  },
});

/** `npm run e2e down` */
export const downCommand = command({
  description: 'Ends the cluster that `npm run e2e up` made.',
  flags: {},
  async run() {
    await down();
    return DONE;
  },
});

function isPart(name: string): name is PartName {
  return partNames.some((known) => known === name);
}

async function up(names: readonly string[], withKind: boolean): Promise<void> {
  const before = await standing();
  if (before)
    throw new Failure(
      `cannot make a cluster: there is one on ${before.how}; npm run e2e down ends it`,
      REFUSED,
    );
  const unknown = names.filter((name) => !isPart(name));
  if (unknown.length > 0)
    throw new Failure(`cannot make ${unknown.join(', ')}: the parts are ${partNames.join(', ')}`, REFUSED);
  const onKind = withKind || process.platform !== 'linux' || process.getuid?.() !== 0;
  if (onKind && names.length > 0)
    throw new Failure(
      `cannot make ${names.join(', ')}: kind has no parts; install them as their own pages say`,
      REFUSED,
    );
  const made = onKind ? await kindUp() : await nodeUp(names.filter(isPart));
  await noteMade(made);
  console.log(
    `\nexport KUBECONFIG=${made.kubeconfig}\nexport E2E_REGISTRY=${made.registry.pull}\n\nnpm run e2e`,
  );
}

/** The cluster that was made and not ended. What is left of a node that has died is cleared away. */
async function standing(): Promise<Made | undefined> {
  const made = await readMade();
  if (made?.how !== 'node' || (await isRunning(made.folder))) return made;
  await down();
  return undefined;
}

async function down(): Promise<void> {
  const made = await readMade();
  if (!made) throw new Failure('cannot end a cluster: e2e up has made none', REFUSED);
  if (made.how === 'node') await nodeDown(made);
  if (made.how === 'kind') await kindDown();
  await forgetMade();
}
