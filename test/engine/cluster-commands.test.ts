import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundledProgram, programFile } from '../../package/npm/bundle.ts';
import { program } from '../tools/programs.ts';
import { kubeconfig } from './access.ts';
import { claim, newNamespace, settled } from './claims.ts';
import { describeEngine } from './engine.ts';
import { fieldManager } from './field-manager.ts';
import type { Draft } from './api.ts';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { object } from '../../functions/composition/read.ts';
import { kinds } from '../../functions/kinds/registry.ts';
import { offerOf } from '../../render/platform.ts';
import { placeholderWorld } from '../../render/reconcile/world.ts';
import { renderClaim } from '../../render/render-claim.ts';
import { platform } from '../claims/offers.ts';

const main = join(import.meta.dirname, '../../cli/main.ts');

/** What somebody needs who asks what an upgrade comes to: reading, and nothing else. */
const readingRole = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name: 'cluster-commands-reader' },
  rules: [
    {
      apiGroups: kinds.map(({ apiVersion }) => apiVersion.split('/')[0]),
      resources: ['*'],
      verbs: ['get', 'list'],
    },
    {
      apiGroups: [
        '',
        'apps',
        'apiextensions.crossplane.io',
        'barmancloud.cnpg.io',
        'batch',
        'dragonflydb.io',
        'jetstream.nats.io',
        'keda.sh',
        'monitoring.coreos.com',
        'networking.k8s.io',
        'policy',
        'postgresql.cnpg.io',
      ],
      resources: ['*'],
      verbs: ['get', 'list'],
    },
  ],
};

describeEngine('commands that read from a cluster', ({ api, plane }) => {
  let folder: string;
  let namespace: string;
  let path: string;
  let reader: string;
  const claims = {
    orders: () => claim('PostgresInstance', namespace, 'orders', { size: 'small' }),
    sessions: () => claim('DragonflyInstance', namespace, 'sessions'),
    bot: () => claim('AgentExecutor', namespace, 'bot', { image: 'ghcr.io/bizmatters/agent-worker:v0.1.0' }),
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zerotouch-cluster-'));
    path = `${dirname(await program('kubectl'))}${delimiter}${process.env['PATH']}`;
    namespace = await newNamespace(api, 'commands');
    reader = await kubeconfigAs('reader');
    await api.apply(readingRole);
    await api.apply({
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'cluster-commands-reader' },
      roleRef: {
        apiGroup: 'rbac.authorization.k8s.io',
        kind: 'ClusterRole',
        name: 'cluster-commands-reader',
      },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'reader' }],
    });
    for (const draft of Object.values(claims)) {
      await api.apply(draft());
      await settled(api, draft(), 'Synced', 'True', 60);
    }
  });

  afterAll(() => rm(folder, { recursive: true }));

  /** A kubeconfig by which the administrator speaks as somebody else. */
  async function kubeconfigAs(user: string): Promise<string> {
    const config = JSON.parse(await readFile(kubeconfig(plane, 'admin'), 'utf8')) as {
      users: { user: Record<string, string> }[];
    };
    for (const each of config.users) each.user['as'] = user;
    const file = join(folder, `${user}.kubeconfig`);
    await writeFile(file, JSON.stringify(config), { mode: 0o600 });
    return file;
  }

  async function zerotouch(args: readonly string[], access = reader, entry = main) {
    const child = spawn(process.execPath, [entry, ...args, '--kubeconfig', access], {
      cwd: folder,
      env: { ...process.env, PATH: path, COLUMNS: '' },
    });
    const [stdout, stderr, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise<number | null>((resolve) => child.on('exit', resolve)),
    ]);
    return { code, stdout, stderr };
  }

  async function written(name: string, draft: object): Promise<string> {
    await writeFile(join(folder, name), JSON.stringify(draft));
    return name;
  }

  /** A claim with what core would compose for it, in its name: with hundreds at once core takes minutes. */
  async function composedByHand(draft: Draft): Promise<void> {
    const live = await api.apply(draft);
    const given = live as unknown as JsonObject;
    const offer = offerOf(platform, given);
    if (offer === undefined) throw new Error(`no kind ${draft.kind}`);
    const world = placeholderWorld();
    const rendering = renderClaim(platform, offer, given, {
      observed: [],
      required: [],
      stored: true,
      world,
    });
    if (rendering.kind === 'refused')
      throw new Error(rendering.problems.map(({ message }) => message).join());
    const manager = fieldManager(given);
    const { composed } = rendering.outcome;
    await Promise.all(composed.map(({ object }) => api.apply(object as unknown as Draft, { manager })));
    const resourceRefs = composed.map(({ object: { apiVersion, kind, metadata } }) => ({
      apiVersion,
      kind,
      name: object(metadata).name,
    }));
    await api.patch(draft, { spec: { crossplane: { resourceRefs } } });
  }

  it('find nothing to change where this version runs already', async () => {
    const run = await zerotouch(['diff', '--cluster', '--cluster-namespace', namespace]);
    expect(run.stderr).toBe('');
    expect(run.stdout).toBe('Nothing changes.\n');
    expect(run.code).toBe(0);
  });

  it('say what a changed claim changes at what stands there, and of a new one that it is made', async () => {
    const changed = await written(
      'orders.yaml',
      claim('PostgresInstance', namespace, 'orders', { size: 'large' }),
    );
    const added = await written('new.yaml', claim('DragonflyInstance', namespace, 'added'));
    const run = await zerotouch(['diff', '--cluster', changed, added]);
    expect(run.stdout).toContain('spec.size: small → large');
    expect(run.stdout).toContain('~ Cluster orders (cluster)  ⟳ restarts the instances, one after another');
    expect(run.stdout).toContain(`+ DragonflyInstance ${namespace}/added created new.yaml`);
    expect(run.stdout).not.toContain('sessions');
    expect(run.code, run.stderr).toBe(1);
  });

  it('say what the API server would refuse', async () => {
    const smaller = await written(
      'smaller.yaml',
      claim('PostgresInstance', namespace, 'orders', { size: 'small', storageGB: 10 }),
    );
    const run = await zerotouch(['diff', '--cluster', smaller]);
    expect(run.stdout).toContain('✗ refused by the API server: spec.storageGB: storageGB cannot shrink');
    expect(run.code).toBe(2);
  });

  it('draw a claim as it lives', async () => {
    const run = await zerotouch(['tree', '--live', '--cluster-namespace', namespace, '-o', 'json']);
    expect(run.code, run.stderr).toBe(0);
    const { claims: drawn } = JSON.parse(run.stdout) as { claims: { name: string; resources: object[] }[] };
    expect(drawn.map(({ name }) => name).toSorted()).toEqual(['bot', 'orders', 'sessions']);
    expect(drawn.find(({ name }) => name === 'orders')?.resources).toContainEqual(
      expect.objectContaining({ key: 'conn', name: 'orders-conn', ready: true }),
    );
  });

  it('list the claims of a cluster with their phase', async () => {
    const run = await zerotouch(['list', '--cluster', '--cluster-namespace', namespace]);
    expect(run.stdout).toMatch(new RegExp(`${namespace} +PostgresInstance +orders +small +\\w+`));
    expect(run.code, run.stderr).toBe(0);
  });

  it.each([
    { args: ['diff', '--cluster'], says: /cannot list \w+ in all namespaces: .*forbidden/ },
    { args: ['tree', '--live'], says: /cannot list \w+ in all namespaces: .*forbidden/ },
    { args: ['list', '--cluster'], says: /cannot list \w+ in all namespaces: .*forbidden/ },
  ])('guess nothing for somebody who may not read: $args', async ({ args, says }) => {
    const run = await zerotouch(args, await kubeconfigAs('stranger'));
    expect(run.stderr).toMatch(says);
    expect(run.stdout).toBe('');
    expect(run.code).toBe(2);
  });

  it('name every claim of 300 whose Pods another release restarts', async () => {
    const { files } = await bundledProgram('0.2.0', { oneFile: true });
    const next = new TextDecoder()
      .decode(files.get(programFile))
      .replaceAll('-standard-trixie', '-standard-bookworm');
    const release = join(folder, 'zerotouch-0.2.0.mjs');
    await writeFile(release, next);
    const crowd = await newNamespace(api, 'crowd');
    const drafts = Array.from({ length: 300 }, (_, index) =>
      claim(index % 3 === 0 ? 'PostgresInstance' : 'DragonflyInstance', crowd, `claim-${index}`),
    );
    for (let first = 0; first < drafts.length; first += 20)
      await Promise.all(drafts.slice(first, first + 20).map(composedByHand));
    const started = performance.now();
    const run = await zerotouch(['diff', '--cluster', '--release', release, '--cluster-namespace', crowd]);
    console.error(`300 claims compared in ${((performance.now() - started) / 1000).toFixed(1)} s`);
    const restarted = [...run.stdout.matchAll(/Cluster (claim-\d+) \(cluster\) {2}⟳ restarts/g)];
    expect(new Set(restarted.map(([, name]) => name)).size, run.stderr).toBe(100);
    expect(run.stdout).toContain('100 of 300 claims changed');
    expect(run.code).toBe(1);
  }, 900_000);
});
