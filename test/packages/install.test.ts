import { mkdtemp, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Api, Draft, Live } from '../engine/api.ts';
import { allComposed, valuesOf } from '../engine/composed.ts';
import { claim, newNamespace, settled } from '../engine/claims.ts';
import { isTrue, kustomized, root } from '../engine/install.ts';
import { operate } from '../engine/operators.ts';
import { until } from '../engine/until.ts';
import { read } from '../structure/sources.ts';
import { mirror, startCluster } from './cluster.ts';
import type { Cluster } from './cluster.ts';
import { describeContainers } from './packages.ts';
import { command } from './setup.ts';
import type { Packages } from './setup.ts';
import { versions } from './versions.ts';
import type { Version } from './versions.ts';

const functionRef = {
  apiVersion: 'pkg.crossplane.io/v1',
  kind: 'Function',
  metadata: { name: 'bizmatters-function-zerotouch' },
};
const configurationRef = {
  ...functionRef,
  kind: 'Configuration',
  metadata: { name: 'bizmatters-zerotouch' },
};

describeContainers('the packages, installed by the real package manager', (packages) => {
  let cluster: Cluster;
  let api: Api;
  let namespace: string;
  beforeAll(async () => {
    cluster = await startCluster();
    api = cluster.api;
    namespace = await newNamespace(api, 'install');
    for (const draft of await kustomized('package/cluster')) await api.apply(draft);
    await api.apply(mirror(packages.repository));
  });
  afterAll(() => cluster[Symbol.asyncDispose]());

  const database = () => claim('PostgresInstance', namespace, 'orders');
  const cache = () => claim('DragonflyInstance', namespace, 'orders-cache');
  const worker = () =>
    claim('AgentExecutor', namespace, 'agents', { image: published('agent-worker', 'now') });

  it('one Configuration brings its Function along, and both are healthy', async () => {
    await api.apply({ ...configurationRef, spec: { package: published('zerotouch', 'now') } });
    const configuration = await healthy(api, configurationRef);
    expect(configuration['spec']).toMatchObject({ package: published('zerotouch', 'now') });
    const found = await healthy(api, functionRef);
    expect(found['spec']).toMatchObject({ package: published('function-zerotouch', 'now') });
    expect(await stepFunctions(api)).toEqual([functionRef.metadata.name]);
    await cluster.relearn();
  });

  it('claims become ready through the packaged function', async () => {
    await using _ = operate(api, namespace);
    for (const draft of [database(), cache(), worker()]) await api.apply(draft);
    for (const draft of [database(), cache(), worker()]) await settled(api, draft, 'Ready', 'True', 90);
    expect(serves(cluster, 'now')).toBe(true);
  });

  it('package/install takes over: pinned versions, and a runtime with resources and probes', async () => {
    const before = await state(api, namespace);
    await install(api, 'now');
    const deployment = await until('the Deployment has our runtime', async () => {
      const [found, ...others] = await api.list('apps/v1', 'Deployment', 'crossplane-system');
      const spec = found?.['spec'] as { readonly replicas?: number } | undefined;
      return others.length === 0 && spec?.replicas === 2 && found;
    });
    expect(deployment['spec']).toMatchObject({
      template: {
        spec: {
          containers: [
            {
              ports: expect.arrayContaining([
                expect.objectContaining({ name: 'grpc', containerPort: 9443 }),
                expect.objectContaining({ name: 'metrics', containerPort: 8080 }),
              ]) as unknown[],
              readinessProbe: { httpGet: { path: '/healthz', port: 'metrics' } },
              resources: { limits: { memory: '256Mi' } },
              securityContext: { readOnlyRootFilesystem: true, runAsUser: 65532 },
            },
          ],
        },
      },
    });
    expect(await state(api, namespace)).toEqual(before);
  });

  it('an upgrade leaves claims, what they are made of, and passwords as they were', async () => {
    const before = await state(api, namespace);
    await command('push', [packages.repository, '--from', packages.builds.next]);
    await install(api, 'next');
    await until('the new function serves', async () => serves(cluster, 'next'));
    await called(cluster, database());
    expect(await state(api, namespace)).toEqual(before);
  });

  it('a rollback does so too', async () => {
    const before = await state(api, namespace);
    await install(api, 'now');
    await until('the old function serves', async () => serves(cluster, 'now'));
    await called(cluster, database());
    expect(await state(api, namespace)).toEqual(before);
  });

  it.each(['mirror', 'one-replica', 'pull-secret', 'verified'])(
    'the API server takes the component %s',
    async (name) => {
      const drafts = await customized(packages, [name]);
      expect(drafts).not.toEqual(await kustomized('package/install'));
      for (const draft of drafts) await api.apply(draft, { dryRun: true });
    },
  );

  it('all of it can be uninstalled without losing data, and installed again over it', async () => {
    const before = await passwords(api, namespace);
    expect(Object.keys(before).toSorted()).toEqual(['orders-cache-conn', 'orders-conn']);
    await cluster.shell(blockOf('docs/install.md', '--cascade=orphan'));
    await cluster.shell(blockOf('docs/install.md', 'kubectl delete function.pkg'));
    await until('nothing of the packages is left', async () => (await remains(api)).length === 0, {
      seconds: 60,
    });
    expect(await passwords(api, namespace)).toEqual(before);

    await install(api, 'now');
    await using _ = operate(api, namespace);
    await api.apply(database());
    await settled(api, database(), 'Synced', 'False', 90);
    await api.patch(database(), { spec: { adopt: true } });
    await settled(api, database(), 'Ready', 'True', 90);
    expect(await passwords(api, namespace)).toEqual(before);
  });
});

/** What is published under this name. */
function published(name: string, version: Version): string {
  return `ghcr.io/bizmatters/${name}:${versions[version]}`;
}

/** Whether the function that runs now says that it has this version. */
function serves({ kubelet }: Cluster, version: Version): boolean {
  return kubelet.output().includes(`"version":"${versions[version].slice(1)}"`);
}

/** Applies package/install in this version, as a person does who has changed the tags, and waits until it is there. */
async function install(api: Api, version: Version): Promise<void> {
  for (const draft of await kustomized('package/install')) {
    await api.apply(at(version, draft));
  }
  for (const ref of [functionRef, configurationRef]) {
    await until(`${ref.kind} is ${versions[version]} and healthy`, async () => {
      const { currentIdentifier } = (await healthy(api, ref))['status'] as { currentIdentifier: string };
      return currentIdentifier.endsWith(`:${versions[version]}`);
    });
  }
}

/** The same in another version. */
function at(version: Version, draft: Draft): Draft {
  return JSON.parse(JSON.stringify(draft).replaceAll(`:${versions.now}`, `:${versions[version]}`)) as Draft;
}

/** package/install with components, as a kustomization of one's own has them. */
async function customized({ dir }: Packages, components: readonly string[]): Promise<Draft[]> {
  const folder = await mkdtemp(join(dir, 'kustomization-'));
  const install = relative(folder, join(root, 'package', 'install'));
  const kustomization = {
    resources: [install],
    components: components.map((name) => `${install}/${name}`),
  };
  await writeFile(join(folder, 'kustomization.yaml'), JSON.stringify(kustomization));
  return kustomized(relative(root, folder));
}

async function healthy(api: Api, ref: Draft): Promise<Live> {
  let last: Live | undefined;
  return until(
    `${ref.kind} is healthy`,
    async () => {
      last = await api.find(ref);
      return isTrue(last, 'Installed') && isTrue(last, 'Healthy') && last;
    },
    { seconds: 90, describe: () => last?.['status'] },
  );
}

/** The names by which Compositions call functions. */
async function stepFunctions(api: Api): Promise<string[]> {
  const compositions = await api.list('apiextensions.crossplane.io/v1', 'Composition');
  const specs = compositions.map(({ spec }) => spec as { pipeline: { functionRef: { name: string } }[] });
  return [...new Set(specs.flatMap(({ pipeline }) => pipeline.map(({ functionRef: { name } }) => name)))];
}

/** What packages bring, and what core makes of them. */
async function remains(api: Api): Promise<string[]> {
  const lists = await Promise.all([
    api.list('pkg.crossplane.io/v1', 'Configuration'),
    api.list('pkg.crossplane.io/v1', 'Function'),
    api.list('apiextensions.crossplane.io/v2', 'CompositeResourceDefinition'),
    api.list('apiextensions.crossplane.io/v1', 'Composition'),
    api.list('apps/v1', 'Deployment', 'crossplane-system'),
  ]);
  return lists.flat().map(({ kind, metadata }) => `${kind}/${metadata.name}`);
}

/** Everything claims are made of, each with its identity, and the Secrets' values. */
async function state(api: Api, namespace: string): Promise<Record<string, unknown>> {
  const objects = await allComposed(api, namespace);
  const entries = objects.map((object) => {
    const { uid, resourceVersion } = object.metadata;
    return [`${object.kind}/${object.metadata.name}`, { uid, resourceVersion, ...valuesOf(object) }] as const;
  });
  return Object.fromEntries(entries);
}

/** The Secrets of claims, whether anybody owns them or not. */
async function passwords(api: Api, namespace: string): Promise<Record<string, unknown>> {
  const secrets = await api.list('v1', 'Secret', namespace);
  const ours = secrets.filter(({ metadata }) => metadata.name.endsWith('-conn'));
  return Object.fromEntries(
    ours.map((secret) => [secret.metadata.name, [secret.metadata.uid, valuesOf(secret)]]),
  );
}

/** Gives the claim a reason to be looked at, and waits until the function that runs now has been asked about it. */
async function called({ api, kubelet }: Cluster, draft: Draft): Promise<void> {
  await api.patch(draft, { metadata: { annotations: { looked: String(performance.now()) } } });
  await until('the function was called', async () =>
    kubelet
      .output()
      .split('\n')
      .some((line) => line.includes('RunFunction') && line.includes(draft.kind)),
  );
}

/** The block of shell commands in a page that has this text in it. */
function blockOf(page: string, text: string): string {
  const blocks = [...read(page).matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) => block);
  const [found, ...others] = blocks.filter((block) => block.includes(text));
  if (found === undefined || others.length > 0) throw new Error(`expected one block with ${text} in ${page}`);
  return found;
}
