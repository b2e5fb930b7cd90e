import { join } from 'node:path';
import { run } from '../../e2e/shell.ts';
import { crossplaneFolder } from '../../tools/crossplane-release.ts';
import { versions } from '../../tools/pins.ts';
import { program } from '../../tools/programs.ts';
import { crossplane as image } from '../images/catalog.ts';
import type { Part, RunningNode } from './part.ts';

/** Crossplane by its own chart with its own values, but for the image: webhooks, RBAC manager, and no right that the chart does not give. */
export const crossplane: Part = {
  images: [image],
  install: (node) => release(node, []),
};

/** The same with an alpha feature on: core keeps what functions answer for as long as their answers say. */
export const responseCache: Part = {
  images: [],
  install: (node) => release(node, ['args={--enable-function-response-cache}']),
};

async function release({ state }: RunningNode, values: readonly string[]): Promise<void> {
  const chart = join(await crossplaneFolder(), 'charts', 'crossplane');
  const ours = [`image.repository=node.local/crossplane`, `image.tag=v${versions.crossplane}`, ...values];
  const where = ['--namespace', 'crossplane-system', '--create-namespace', '--wait', '--timeout', '3m'];
  await run(
    await program('helm'),
    ['upgrade', 'crossplane', chart, '--install', '--set', ours.join(','), ...where],
    { env: { KUBECONFIG: state.kubeconfig, HELM_CACHE_HOME: join(state.folder, 'helm') }, seconds: 200 },
  );
}
