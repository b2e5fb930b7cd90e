import type { Kubectl } from '../../e2e/kubectl.ts';
import { enter } from '../enter.ts';
import { imageArchive } from '../images/image.ts';
import type { ImageRecipe } from '../images/image.ts';
import type { NodeState } from '../state.ts';

/** A node that runs. */
export interface RunningNode {
  readonly state: NodeState;
  readonly cluster: Kubectl;
}

/** Something that a chapter asks for, and that is only made when one does. */
export interface Part {
  /** The images that have to be on the node. */
  readonly images: readonly ImageRecipe[];
  /** Installs it and returns when it serves. */
  readonly install: (node: RunningNode) => Promise<void>;
}

/** Hands images to the node, which never pulls any but those of its own registry. */
export async function importImages(state: NodeState, images: readonly ImageRecipe[]): Promise<void> {
  for (const recipe of images) {
    const archive = await imageArchive(recipe);
    await enter(state, ['ctr', '--namespace', 'k8s.io', 'images', 'import', archive], { seconds: 300 });
  }
}

/** Applies an operator's own manifest. Its images are imported, and its definitions too large for a client-side apply. */
export async function applyManifest(cluster: Kubectl, manifest: string): Promise<void> {
  const imported = manifest.replaceAll('imagePullPolicy: Always', 'imagePullPolicy: IfNotPresent');
  await cluster.run(['apply', '--server-side', '--force-conflicts', '-f', '-'], { input: imported });
}

/** The Pods of a workload, in its spec. */
export function pods(labels: Readonly<Record<string, string>>, spec: object): object {
  return { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } };
}

/** Waits until a Deployment, StatefulSet or DaemonSet has rolled out; all of a kind when only the kind is given. */
export async function rolledOut(
  cluster: Kubectl,
  namespace: string,
  ...workloads: readonly string[]
): Promise<void> {
  const limit = ['--timeout', '180s'];
  await cluster.run(['-n', namespace, 'rollout', 'status', ...workloads, ...limit], { seconds: 200 });
}
