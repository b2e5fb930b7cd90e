import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { kinds } from '../../functions/kinds/registry.ts';
import type { Draft, Live } from './api.ts';
import { allComposed, identity, isOutermost } from './composed.ts';
import { kindNames } from '../claims/offers.ts';
import { claim, newNamespace } from './claims.ts';
import { describeEngine } from './engine.ts';
import { functionCalls, metric } from './figures.ts';
import { operate } from './operators.ts';
import { until } from './until.ts';

const applications = 30;
const claimed = applications * kindNames.length;
const quietMinutes = 3;

/** What an operator of ObjectBucketClaims leaves for whoever made one of this name. */
function madeBucket(namespace: string, name: string): Draft[] {
  const metadata = { name, namespace };
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata,
      stringData: { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none' },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata,
      data: { BUCKET_HOST: 's3.storage.svc', BUCKET_PORT: '80', BUCKET_NAME: name, BUCKET_REGION: '' },
    },
  ];
}

/** A claim of every kind: the workers have keys for models, and use the database and the cache. */
function application(namespace: string, index: number): Draft[] {
  const name = `app-${index}`;
  const keys = { OPENAI_API_KEY: 'none', ANTHROPIC_API_KEY: 'none' };
  return [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: `${name}-llm-keys`, namespace }, stringData: keys },
    ...madeBucket(namespace, `${name}-files`),
    claim('PostgresInstance', namespace, `${name}-db`),
    claim('DragonflyInstance', namespace, `${name}-cache`),
    claim('ObjectBucket', namespace, `${name}-files`, {
      provider: 'objectBucketClaim',
      storageClassName: 'ceph-bucket',
    }),
    claim('AgentExecutor', namespace, name, { image: 'ghcr.io/bizmatters/agent-executor:v1.0.0' }),
    claim('WebApplication', namespace, `${name}-web`, {
      image: 'registry.example/storefront:v1.0.0',
      port: 3000,
    }),
  ];
}

function isProtected({ spec }: Live): boolean {
  return (spec as { deletionProtection?: boolean }).deletionProtection === true;
}

function isReady({ status }: Live): boolean {
  return (status as { phase?: string } | undefined)?.phase === 'Ready';
}

describeEngine('claims that are settled cost nothing', (engine) => {
  const { api, crossplane } = engine;
  const opens = () => metric(crossplane, 'circuit_breaker_opens_total');

  async function claims(namespace?: string): Promise<Live[]> {
    const lists = kinds.map(({ apiVersion, kind }) => api.list(apiVersion, kind, namespace));
    return (await Promise.all(lists)).flat();
  }

  /** Other tests leave claims behind, some of which wait for Secrets and are looked at every now and then. */
  async function removeOthers(): Promise<void> {
    for (const other of (await claims()).filter(isOutermost)) {
      if (isProtected(other)) await api.patch(other, { spec: { deletionProtection: false } });
      await api.delete(other);
    }
    let left: Live[] = [];
    const none = async () => {
      left = await claims();
      return left.length === 0;
    };
    const describe = () => left.map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
    await until('no other claim is left', none, { seconds: 120, every: 500, describe });
  }

  /** Applies everything, and waits until all of it is Ready and core has nothing more to do. */
  async function settle(namespace: string): Promise<void> {
    const [before, started] = [await functionCalls(engine), performance.now()];
    const drafts = Array.from({ length: applications }, (_, index) => application(namespace, index));
    const allReady = async () => (await claims(namespace)).every(isReady);
    {
      await using _ = operate(api, namespace);
      await Promise.all(drafts.flat().map((draft) => api.apply(draft)));
      await until('every claim is Ready', allReady, { seconds: 180, every: 500 });
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const calls = ((await functionCalls(engine)) - before) / claimed;
    console.log(`${claimed} claims Ready after ${seconds} s, with ${calls.toFixed(1)} calls each`);
    const nothingMore = async () => {
      const last = await functionCalls(engine);
      // Longer than the longest time after which a claim that waits for something is looked at again.
      await sleep(20_000);
      return (await functionCalls(engine)) === last;
    };
    await until('core has nothing more to do', nothingMore, { seconds: 300 });
  }

  /** The version of every claim and of everything that claims are made of. */
  async function everything(namespace: string): Promise<Map<string, string>> {
    const all = [...(await claims(namespace)), ...(await allComposed(api, namespace))];
    return new Map(
      all.map((object) => [`${object.kind} ${object.metadata.name}`, identity(object).resourceVersion]),
    );
  }

  it(`of ${claimed} claims, over ${quietMinutes} minutes`, { timeout: 900_000 }, async () => {
    await removeOthers();
    const [namespace, opened] = [await newNamespace(api, 'quiet'), await opens()];
    await settle(namespace);
    const [settled, objects] = [await functionCalls(engine), await everything(namespace)];
    await sleep(quietMinutes * 60_000);
    const calls = (await functionCalls(engine)) - settled;
    console.log(`${calls} calls in ${quietMinutes} minutes, for claims and objects ${objects.size} in all`);
    expect(objects.size).toBeGreaterThan(claimed);
    expect(new Set((await claims(namespace)).map(({ kind }) => kind))).toEqual(new Set(kindNames));
    expect(await everything(namespace)).toEqual(objects);
    expect(await opens()).toBe(opened);
    expect(calls).toBeLessThanOrEqual(3);
  });
});
