import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api, Live } from '../engine/api.ts';
import { startContainer } from './container.ts';
import type { Running } from './container.ts';
import { crane, pullRootfs } from './packages.ts';

const namespace = 'crossplane-system';
const now = '2026-01-01T00:00:00Z';

/** What a kubelet reads of a Deployment's pods. */
interface PodSpec {
  readonly containers: readonly {
    readonly image: string;
    readonly args?: readonly string[];
    readonly env?: readonly { readonly name: string; readonly value?: string }[];
    readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
  }[];
  readonly volumes?: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
}

interface Image {
  readonly config: { readonly Entrypoint: readonly string[]; readonly Env: readonly string[] };
}

/**
 * Plays the kubelet for the Deployments of functions: pulls the image from the registry, mounts the certificates that
 * core made, runs the container with the arguments and environment that core gave it, and reports that it is available.
 * One container at a time runs, as all of them are the same function in two versions and share one address.
 */
export class Kubelet implements AsyncDisposable {
  readonly #api: Api;
  readonly #dir: string;
  readonly #address: string;
  readonly #ending = new AbortController();
  readonly #loop: Promise<void>;
  #running: { readonly name: string; readonly container: Running } | undefined;

  /** @param address where the function listens, in place of an address of its pod */
  constructor(api: Api, dir: string, address: string) {
    this.#api = api;
    this.#dir = dir;
    this.#address = address;
    this.#loop = this.#work();
  }

  /** What the container that runs now has printed. */
  output(): string {
    return this.#running?.container.output() ?? '';
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#loop;
    await this.#running?.container.ended('SIGKILL');
  }

  async #work(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      // What is not there yet, such as the Secret of a Deployment, is there in the next round.
      await this.#round().catch(() => undefined);
      await sleep(200, undefined, { signal }).catch(() => undefined);
    }
  }

  async #round(): Promise<void> {
    const active = await this.#active();
    const name = active?.metadata.name;
    if (name !== this.#running?.name) {
      await this.#running?.container.ended('SIGTERM');
      this.#running = undefined;
      if (name !== undefined && active) this.#running = { name, container: await this.#start(active) };
    }
    if (active) await this.#report(active);
  }

  /** The Deployment of the revision that is active; in an upgrade the one before it is still there for a moment. */
  async #active(): Promise<Live | undefined> {
    const revisions = await this.#api.list('pkg.crossplane.io/v1', 'FunctionRevision');
    const active = revisions.find(
      (one) => (one['spec'] as { desiredState: string }).desiredState === 'Active',
    );
    const name = active?.metadata.name;
    if (name === undefined) return undefined;
    return this.#api.find({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name } });
  }

  async #start(deployment: Live): Promise<Running> {
    const { template } = deployment['spec'] as { readonly template: { readonly spec: PodSpec } };
    const [container] = template.spec.containers;
    if (!container) throw new Error('a Deployment without containers');
    const dir = await mkdtemp(join(this.#dir, 'pod-'));
    const { config } = JSON.parse(
      await crane('config', '--platform', 'linux/amd64', container.image),
    ) as Image;
    const given = (container.env ?? []).map(({ name, value = '' }) => [name, value] as const);
    const own = config.Env.map((pair) => pair.split('=', 2) as [string, string]);
    const listen = ['--address', `${this.#address}:9443`, '--metrics-address', `${this.#address}:8080`];
    return startContainer({
      rootfs: await pullRootfs(container.image, 'amd64', join(dir, 'root')),
      args: [...config.Entrypoint, ...(container.args ?? []), ...listen],
      env: Object.fromEntries([...own, ...given]),
      mounts: await this.#secrets(template.spec, dir),
    });
  }

  /** Writes the Secrets that the pod mounts, and tells where, by where they are mounted. */
  async #secrets(pod: PodSpec, dir: string): Promise<Record<string, string>> {
    const mounts: Record<string, string> = {};
    for (const { name, secret } of pod.volumes ?? []) {
      const mount = pod.containers[0]?.volumeMounts?.find((one) => one.name === name);
      if (secret === undefined || mount === undefined) continue;
      const ref = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: secret.secretName } };
      const { data } = await this.#api.get(ref);
      mounts[mount.mountPath] = join(dir, name);
      await mkdir(join(dir, name));
      for (const [file, value] of Object.entries(data as Record<string, string>)) {
        await writeFile(join(dir, name, file), Buffer.from(value, 'base64'));
      }
    }
    return mounts;
  }

  async #report(deployment: Live): Promise<void> {
    const { status } = deployment as { readonly status?: { readonly availableReplicas?: number } };
    if (status?.availableReplicas === 1) return;
    const available = { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable', message: '' };
    const conditions = [{ ...available, lastTransitionTime: now, lastUpdateTime: now }];
    const replicas = { replicas: 1, readyReplicas: 1, availableReplicas: 1, updatedReplicas: 1 };
    await this.#api.patch(deployment, { status: { ...replicas, conditions } }, 'status');
  }
}
