import { join } from 'node:path';
import { endNode } from '../../node/down.ts';
import { imageArchive } from '../../node/images/image.ts';
import { network } from '../../node/network.ts';
import { base } from '../../node/parts/base.ts';
import { always, partNames, parts } from '../../node/parts/catalog.ts';
import type { PartName } from '../../node/parts/catalog.ts';
import { importImages } from '../../node/parts/part.ts';
import type { Part } from '../../node/parts/part.ts';
import { nodeState } from '../../node/state.ts';
import { startNode } from '../../node/up.ts';
import { Kubectl } from '../kubectl.ts';
import { e2eFolder } from './kept.ts';
import type { Made } from './kept.ts';

const registry = `${network.registry}/zerotouch`;

/** There is one node at a time on a machine, so its place is always the same. */
const folder = join(e2eFolder, 'node');

/**
 * A one-node Kubernetes from packages, without Docker: programs from Go modules, images from Debian's packages, npm and PyPI.
 * Programs and images are kept in the user's cache folder, so that the second time takes a minute or two.
 */
export async function nodeUp(wanted: readonly PartName[]): Promise<Made> {
  const chosen = partNames.filter((name) => always.includes(name) || wanted.includes(name));
  await timed('images', () => makeImages(chosen));
  try {
    await timed('node', () => startNode(folder));
    await installAll(chosen);
  } catch (error) {
    // Its logs stay, and say why.
    await endNode(folder);
    throw error;
  }
  const { kubeconfig } = nodeState(folder);
  return { how: 'node', kubeconfig, folder, registry: { push: registry, pull: registry } };
}

export async function nodeDown({ folder: made }: Made): Promise<void> {
  await endNode(made);
}

/** Before the node starts, as some of it takes all that the machine has. */
async function makeImages(chosen: readonly PartName[]): Promise<void> {
  for (const recipe of [base, ...chosen.map((name) => parts[name])].flatMap(({ images }) => images))
    await imageArchive(recipe);
}

async function installAll(chosen: readonly PartName[]): Promise<void> {
  const state = nodeState(folder);
  await using cluster = await Kubectl.of(state.kubeconfig);
  const add = (part: Part) => async () => {
    await importImages(state, part.images);
    await part.install({ state, cluster });
  };
  await timed('DNS and volumes', add(base));
  for (const name of chosen) await timed(name, add(parts[name]));
}

async function timed(what: string, work: () => Promise<unknown>): Promise<void> {
  const began = performance.now();
  await work();
  process.stderr.write(`${what}: ${Math.round((performance.now() - began) / 1000)} s\n`);
}
