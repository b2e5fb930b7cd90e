import { expect, it } from 'vitest';
import type { Api, Draft, Live } from './api.ts';
import { composedOf, identity, valuesOf } from './composed.ts';
import { claim, gone, newNamespace, settled } from './claims.ts';
import { describeEngine } from './engine.ts';
import { condition } from './install.ts';
import { operate, report } from './operators.ts';
import { until } from './until.ts';

const image = 'ghcr.io/bizmatters/agent-executor:v1.0.0';

/** What each kind is composed of, by key; a Job's key ends in a hash. */
const keys = {
  PostgresInstance: ['cluster', 'conn'],
  DragonflyInstance: ['conn', 'dragonfly'],
  AgentExecutor: [
    'api',
    'deployment',
    'disruption-budget',
    'network-policy',
    'scaled-object',
    'service',
    'service-account',
    expect.stringMatching(/^stream-job-[0-9a-f]{8}$/) as string,
    'stream-network-policy',
  ],
};

async function composedKeys(api: Api, live: Live): Promise<string[]> {
  return [...(await composedOf(api, live)).keys()].sort();
}

/** Applies a claim and waits until it is Ready, with the operators played. */
async function ready(api: Api, draft: Draft): Promise<Live> {
  await api.apply(draft);
  await using _ = operate(api, draft.metadata.namespace);
  return await settled(api, draft, 'Ready', 'True');
}

/** Every object but these, as it is now: equal when none of them was written in between. */
function identities(composed: Map<string, Live>, ...except: readonly string[]) {
  const others = [...composed].filter(([key]) => !except.includes(key));
  return Object.fromEntries(others.map(([key, object]) => [key, identity(object)]));
}

describeEngine('the life of a claim', ({ api }) => {
  it.each([
    { kind: 'PostgresInstance', spec: {} },
    { kind: 'DragonflyInstance', spec: {} },
    { kind: 'AgentExecutor', spec: { image } },
  ] as const)('$kind: everything it is made of is there before anybody reports', async ({ kind, spec }) => {
    const draft = claim(kind, await newNamespace(api, 'life'), 'orders', spec);
    const started = performance.now();
    const live = await api.apply(draft);
    await until('all of it is there', async () => {
      expect(await composedKeys(api, live)).toEqual(keys[kind]);
      return true;
    });
    console.log(`all of ${kind} is there after ${((performance.now() - started) / 1000).toFixed(1)} s`);
  });

  it('a database has a complete connection Secret before its operator has said a word', async () => {
    const namespace = await newNamespace(api, 'life');
    await api.apply(claim('PostgresInstance', namespace, 'orders'));
    const secret = await until('the Secret is there', () => api.find(secretOf(namespace, 'orders')));
    expect(secret['type']).toBe('kubernetes.io/basic-auth');
    const values = valuesOf(secret);
    const host = `orders-rw.${namespace}.svc.cluster.local`;
    expect(values).toEqual({
      endpoint: host,
      port: '5432',
      username: 'orders',
      password: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/) as string,
      database: 'orders',
      uri: `postgresql://orders:${values['password']}@${host}:5432/orders`,
      'jdbc-uri': `jdbc:postgresql://${host}:5432/orders?user=orders&password=${values['password']}`,
      POSTGRES_HOST: host,
      POSTGRES_PORT: '5432',
      POSTGRES_DB: 'orders',
      POSTGRES_USER: 'orders',
      POSTGRES_PASSWORD: values['password'],
    });
  });

  it('says what it waits for until the operators report, and then everything a person needs next', async () => {
    const namespace = await newNamespace(api, 'life');
    const draft = claim('PostgresInstance', namespace, 'orders');
    await api.apply(draft);
    const waiting = await settled(api, draft, 'Ready', 'False');
    expect(waiting['status']).toMatchObject({ secretName: 'orders-conn' });
    expect(condition(waiting, 'DatabaseReady')).toMatchObject({ status: 'False' });
    await until('the database is made', async () => (await composedOf(api, waiting)).get('cluster'));
    await report(api, namespace);
    const live = await settled(api, draft, 'Ready', 'True');
    expect(live['status']).toMatchObject({
      phase: 'Ready',
      message: 'The database serves.',
      endpoint: `orders-rw.${namespace}.svc.cluster.local`,
      port: 5432,
      database: 'orders',
      secretName: 'orders-conn',
      readyInstances: 1,
      primary: 'orders-1',
    });
    expect(condition(live, 'Synced')).toMatchObject({ status: 'True' });
  });

  it.each([
    {
      reason: 'size of a database',
      kind: 'PostgresInstance',
      spec: {},
      edit: { size: 'large' },
      changed: 'cluster',
      want: { spec: { resources: { limits: { memory: '8Gi' } } } },
    },
    {
      reason: 'storage of a database',
      kind: 'PostgresInstance',
      spec: {},
      edit: { storageGB: 40 },
      changed: 'cluster',
      want: { spec: { storage: { size: '40Gi' } } },
    },
    {
      reason: 'size of a cache',
      kind: 'DragonflyInstance',
      spec: {},
      edit: { size: 'medium' },
      changed: 'dragonfly',
      want: { spec: { resources: { limits: { memory: '4Gi' } } } },
    },
  ] as const)('an edit of the $reason changes that object in place and nothing else', async (row) => {
    const draft = claim(row.kind, await newNamespace(api, 'life'), 'orders', row.spec);
    const live = await ready(api, draft);
    const before = await composedOf(api, live);
    await api.apply({ ...draft, spec: { ...row.spec, ...row.edit } });
    await until('the change is there', async () => {
      expect((await composedOf(api, live)).get(row.changed)).toMatchObject(row.want);
      return true;
    });
    const after = await composedOf(api, live);
    expect(after.get(row.changed)?.metadata.uid).toBe(before.get(row.changed)?.metadata.uid);
    expect(identities(after, row.changed)).toEqual(identities(before, row.changed));
  });

  it('a new image rolls the Deployment in place, and makes the stream anew with it', async () => {
    const draft = claim('AgentExecutor', await newNamespace(api, 'life'), 'research', { image });
    const live = await api.apply(draft);
    const before = await until('all is there', async () => {
      const composed = await composedOf(api, live);
      return composed.size === keys.AgentExecutor.length && composed;
    });
    await api.apply({ ...draft, spec: { image: image.replace('v1.0.0', 'v2.0.0') } });
    const after = await until('the new image is there', async () => {
      const composed = await composedOf(api, live);
      expect(JSON.stringify(composed.get('deployment')?.['spec'])).toContain(':v2.0.0');
      expect([...composed.values()].filter(({ kind }) => kind === 'Job')).toHaveLength(1);
      expect(
        composed.get([...before.keys()].find((key) => key.startsWith('stream-job')) ?? ''),
      ).toBeUndefined();
      return composed;
    });
    const changed = [
      'deployment',
      ...[...before.keys(), ...after.keys()].filter((key) => key.startsWith('stream-job')),
    ];
    expect(identities(after, ...changed)).toEqual(identities(before, ...changed));
    expect(after.get('deployment')?.metadata.uid).toBe(before.get('deployment')?.metadata.uid);
  });

  it('takes everything of its own along when it is deleted, and nothing of its neighbours', async () => {
    const [here, there] = [await newNamespace(api, 'life'), await newNamespace(api, 'life')];
    const drafts = [
      claim('PostgresInstance', here, 'orders'),
      claim('PostgresInstance', here, 'payments'),
      claim('PostgresInstance', there, 'orders'),
      claim('DragonflyInstance', there, 'orders-cache'),
    ];
    const lives = await Promise.all(drafts.map((draft) => ready(api, draft)));
    const [doomed, ...others] = lives;
    if (!doomed) throw new Error('no claim was made');
    const children = [...(await composedOf(api, doomed)).values()];
    expect(children).toHaveLength(2);
    const before = await Promise.all(others.map(async (live) => identities(await composedOf(api, live))));
    await api.delete(doomed);
    for (const child of [doomed, ...children]) await gone(api, child);
    const after = await Promise.all(others.map(async (live) => identities(await composedOf(api, live))));
    expect(after).toEqual(before);
  });

  it('leaves the Secret with the first of a database and a cache of one name; the second says whose it is', async () => {
    const namespace = await newNamespace(api, 'life');
    const database = await ready(api, claim('PostgresInstance', namespace, 'orders'));
    const secret = await api.get(secretOf(namespace, 'orders'));
    const cache = claim('DragonflyInstance', namespace, 'orders');
    await api.apply(cache);
    const refused = await settled(api, cache, 'Synced', 'False');
    expect(condition(refused, 'Synced')?.message).toContain('belongs to PostgresInstance orders');
    expect(condition(refused, 'Valid')).toMatchObject({ status: 'False', reason: 'SpecRefused' });
    expect(identity(await api.get(secretOf(namespace, 'orders')))).toEqual(identity(secret));
    expect(await composedKeys(api, await api.get(cache))).toEqual([]);
    expect(condition(await api.get(database), 'Ready')).toMatchObject({ status: 'True' });
  });
});

function secretOf(namespace: string, name: string) {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: `${name}-conn` } };
}
