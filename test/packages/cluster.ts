import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { Api } from '../engine/api.ts';
import type { Draft } from '../engine/api.ts';
import { kubeconfig } from '../engine/access.ts';
import { relearnKinds, startControlPlane } from '../engine/control-plane.ts';
import type { ControlPlane } from '../engine/control-plane.ts';
import { startCrossplane } from '../engine/crossplane.ts';
import { installOperatorKinds, root } from '../engine/install.ts';
import { keep, signal, start } from '../engine/keep.ts';
import type { Command } from '../engine/keep.ts';
import { program } from '../tools/programs.ts';
import { Kubelet } from './kubelet.ts';

const run = promisify(execFile);

/** Where the function listens in place of an address of its pod: a part of loopback that nobody else uses. */
const address = '127.0.97.43';

/** A Crossplane that runs functions as in a cluster, with us for its kubelet and its DNS. */
export interface Cluster extends AsyncDisposable {
  readonly plane: ControlPlane;
  readonly api: Api;
  readonly kubelet: Kubelet;
  /** Runs shell commands as an administrator would, with `kubectl` on PATH, in the checkout. */
  shell(script: string): Promise<string>;
  /** Lets the garbage collector learn kinds that were defined since. */
  relearn(): Promise<void>;
}

/** What core is asked to do differently: make Deployments of functions, and find their Services at our address. */
function withDeployments(core: Command, hosts: string): Command {
  const args = core.args.map((arg) =>
    arg.replace('--package-runtime=External', '--package-runtime=Deployment'),
  );
  return seeing(hosts, { ...core, args });
}

/** The command, run where this file is /etc/hosts. */
export function seeing(hosts: string, given: Command): Command {
  const script = 'mount --bind "$1" /etc/hosts && shift && exec "$@"';
  const isolate = ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', hosts];
  return { ...given, file: 'unshare', args: [...isolate, given.file, ...given.args] };
}

async function startIn(dir: string): Promise<{ plane: ControlPlane; api: Api }> {
  const plane = await startControlPlane(dir);
  const api = new Api(plane.access.admin);
  const [{ commands }] = await Promise.all([startCrossplane(plane), installOperatorKinds(api)]);
  const hosts = join(dir, 'hosts');
  const services = ['bizmatters', 'platform-tools'].map((owner) => `${owner}-function-zerotouch`);
  const lines = services.map((service) => `${address} ${service}.crossplane-system`);
  await writeFile(hosts, ['127.0.0.1 localhost', ...lines, ''].join('\n'));
  await signal(dir, 'crossplane', 'SIGTERM');
  await start(dir, 'crossplane', withDeployments(commands.crossplane, hosts));
  return { plane, api };
}

/** Starts one that has the operators' kinds and nothing of ours. */
export async function startCluster(): Promise<Cluster> {
  const dir = await mkdtemp(join(tmpdir(), 'zerotouch-install-'));
  const release = await keep(dir);
  try {
    const { plane, api } = await startIn(dir);
    const pods = join(dir, 'pods');
    await mkdir(pods);
    const kubelet = new Kubelet(api, pods, address);
    return {
      plane,
      api,
      kubelet,
      async shell(script) {
        const path = `${dirname(await program('kubectl'))}:${process.env['PATH']}`;
        const own = {
          PATH: path,
          KUBECONFIG: kubeconfig(plane, 'admin'),
          KUBECACHEDIR: join(dir, 'kubectl'),
        };
        const env = { ...process.env, ...own };
        const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: root, env });
        return stdout;
      },
      relearn: () => relearnKinds(plane),
      async [Symbol.asyncDispose]() {
        await kubelet[Symbol.asyncDispose]();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

/** Sends whoever asks for images of ours to another registry, as docs/install.md has it for registries of one's own. */
export function mirror(repository: string): Draft {
  return {
    apiVersion: 'pkg.crossplane.io/v1beta1',
    kind: 'ImageConfig',
    metadata: { name: 'zerotouch-mirror' },
    spec: {
      matchImages: [{ type: 'Prefix', prefix: 'ghcr.io/bizmatters/' }],
      rewriteImage: { prefix: `${repository}/` },
    },
  };
}
