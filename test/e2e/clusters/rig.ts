import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { becomes } from '../claims.ts';
import { Kubectl } from '../kubectl.ts';
import { nodeImage } from '../programs.ts';
import { run } from '../shell.ts';
import { standIn } from '../stand-in/manifest.ts';
import { customResourceDefinitions } from '../../tools/crds.ts';
import type { Made } from './kept.ts';

/** Where the rig's registry listens, for this machine and for the cluster. */
const registry = '10.213.0.1:5000/zerotouch';
const redisImage = 'node.local/redis:1';

/**
 * The rig in `folder`: scripts that start a one-node Kubernetes from packages, without Docker. It needs root.
 * Its README says what it cannot show.
 */
export async function rigUp(folder: string): Promise<Made> {
  await shown(join(folder, 'build'), []);
  if (!(await hasImages(folder))) await shown(join(folder, 'images'), []);
  const state = await mkdtemp(join(tmpdir(), 'zerotouch-e2e-rig-'));
  const kubeconfig = join(state, 'admin.kubeconfig');
  const made = {
    how: 'rig',
    kubeconfig,
    folder: state,
    registry: { push: registry, pull: registry },
  } as const;
  try {
    await shown(join(folder, 'everything'), [state]);
    await using cluster = await Kubectl.of(kubeconfig);
    await playDragonfly(folder, state, cluster);
  } catch (error) {
    await rigDown(folder, made);
    throw error;
  }
  return made;
}

export async function rigDown(folder: string, { folder: state }: Made): Promise<void> {
  await shown(join(folder, 'down'), [state]);
  await rm(state, { recursive: true });
}

/** Runs one of the rig's shell functions or variables, as its scripts do. */
async function sourced(folder: string, script: string, ...args: readonly string[]): Promise<string> {
  const lines = [`. "${folder}/versions"`, `. "${folder}/folders"`, script];
  return run('bash', ['-euo', 'pipefail', '-c', lines.join('\n'), 'rig', ...args], { seconds: 600 });
}

async function hasImages(folder: string): Promise<boolean> {
  const images = (await sourced(folder, 'echo "$LAB_IMAGES"')).trim();
  const found = await readdir(images).catch(() => []);
  return found.some((name) => name.endsWith('.tar'));
}

/** The Dragonfly operator and its server can be had from no package registry: the real definition, and a stand-in. */
async function playDragonfly(folder: string, state: string, cluster: Kubectl): Promise<void> {
  await mkdir(join(state, 'images'), { recursive: true });
  const script = [
    'debian "$1/redis" libc6,redis-server',
    `LAB_IMAGES="$1" "$HERE/image" ${redisImage} "$1/redis" '{"Env":["PATH=/usr/bin"],"User":"999"}'`,
    '"$HERE/enter" "$2" ctr -n k8s.io images import "$1"/*.tar',
    'rm -rf "$1"',
  ];
  await sourced(folder, script.join('\n'), join(state, 'images'), state);
  const definitions = JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: await customResourceDefinitions(['dragonfly']),
  });
  await cluster.run(['apply', '--server-side', '-f', '-'], { input: definitions });
  await cluster.apply(await standIn({ node: nodeImage, redis: redisImage }));
  const deployment = { of: 'deployment/dragonfly-stand-in', in: 'dragonfly-operator-system' };
  await becomes(cluster, deployment, 'Available', 60);
}

async function shown(command: string, args: readonly string[]): Promise<void> {
  await run(command, args, { show: true, seconds: 3_600 });
}
