import { join } from 'node:path';
import { releases } from '../prerequisites.ts';
import { run } from '../shell.ts';
import { kubectlProgram, needs } from '../tools.ts';
import { versions } from '../../tools/pins.ts';
import { e2eFolder } from './kept.ts';
import type { Made } from './kept.ts';

const name = 'zerotouch';
const registry = `${name}-registry`;
const registryImage = 'registry:3.0.0';
/** On this machine; the cluster knows the registry by its address in Docker's network. */
const port = 5001;

/**
 * A kind cluster with everything that the story needs, and a registry beside it.
 *
 * Crossplane takes only registries whose name has a dot, and speaks HTTP to private addresses, so the cluster knows
 * the registry by its address.
 */
export async function kindUp(): Promise<Made> {
  await needs('docker', 'kind', 'helm');
  const kubeconfig = join(e2eFolder, 'kubeconfig');
  const config = join(import.meta.dirname, 'kind.yaml');
  await shown('kind', ['create', 'cluster', '--config', config, '--kubeconfig', kubeconfig, '--wait', '5m']);
  try {
    const address = await startRegistry();
    await trustRegistry(address);
    await install(kubeconfig);
    return {
      how: 'kind',
      kubeconfig,
      folder: e2eFolder,
      registry: { push: `127.0.0.1:${port}/zerotouch`, pull: `${address}/zerotouch` },
    };
  } catch (error) {
    await kindDown();
    throw error;
  }
}

export async function kindDown(): Promise<void> {
  await shown('kind', ['delete', 'cluster', '--name', name]);
  await shown('docker', ['rm', '--force', '--volumes', registry]);
}

/** Its address in the cluster's network: `172.18.0.3:5000`. */
async function startRegistry(): Promise<string> {
  const publish = `127.0.0.1:${port}:5000`;
  await run('docker', [
    'run',
    '--detach',
    '--network',
    'kind',
    '--publish',
    publish,
    '--name',
    registry,
    registryImage,
  ]);
  const template = '{{(index .NetworkSettings.Networks "kind").IPAddress}}';
  const address = await run('docker', ['inspect', '--format', template, registry]);
  return `${address.trim()}:5000`;
}

/** Without this containerd would insist on TLS. https://kind.sigs.k8s.io/docs/user/local-registry/ */
async function trustRegistry(address: string): Promise<void> {
  const folder = `/etc/containerd/certs.d/${address}`;
  const script = `mkdir -p ${folder} && cat >${folder}/hosts.toml`;
  for (const node of (await run('kind', ['get', 'nodes', '--name', name])).trim().split('\n')) {
    await run('docker', ['exec', '-i', node, 'sh', '-c', script], { input: `[host."http://${address}"]\n` });
  }
}

/** The operators, as their own projects tell people to install them. */
async function install(kubeconfig: string): Promise<void> {
  const kubectl = await kubectlProgram();
  const env = { KUBECONFIG: kubeconfig };
  const apply = ['apply', '--server-side', '--force-conflicts', '-f'];
  for (const release of [releases.cloudnativePg, releases.keda, releases.dragonfly])
    await shown(kubectl, [...apply, release], env);
  await shown(kubectl, ['apply', '-f', join(import.meta.dirname, 'nats.yaml')], env);
  const chart = ['--repo', releases.crossplane, 'crossplane', '--version', versions.crossplane];
  const where = ['--namespace', 'crossplane-system', '--create-namespace', '--wait', '--timeout', '10m'];
  await shown('helm', ['install', 'crossplane', ...chart, ...where], env);
  for (const operators of ['cnpg-system', 'keda', 'dragonfly-operator-system'])
    await shown(kubectl, ['-n', operators, 'rollout', 'status', 'deployment', '--timeout', '10m'], env);
  await shown(kubectl, ['-n', 'nats', 'rollout', 'status', 'statefulset/nats', '--timeout', '10m'], env);
}

async function shown(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
  await run(command, args, { env, show: true, seconds: 900 });
}
