import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Draft, Live } from './api.ts';
import { allComposed, identity } from './composed.ts';
import { claim, newNamespace } from './claims.ts';
import { describeEngine } from './engine.ts';
import { functionCalls, metric } from './figures.ts';
import { operate } from './operators.ts';
import { until } from './until.ts';

const claimsOfAKind = 50;
const quietMinutes = 3;

/** A database, a cache, and the workers that use both with keys for models. */
function application(namespace: string, index: number): Draft[] {
  const name = `app-${index}`;
  const keys = { OPENAI_API_KEY: 'none', ANTHROPIC_API_KEY: 'none' };
  return [
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: `${name}-llm-keys`, namespace }, stringData: keys },
    claim('PostgresInstance', namespace, `${name}-db`),
    claim('DragonflyInstance', namespace, `${name}-cache`),
    claim('AgentExecutor', namespace, name, { image: 'ghcr.io/bizmatters/agent-executor:v1.0.0' }),
  ];
}

function isReady({ status }: Live): boolean {
  return (status as { phase?: string } | undefined)?.phase === 'Ready';
}

describeEngine('claims that are settled cost nothing', (engine) => {
  const { api, crossplane } = engine;
  const opens = () => metric(crossplane, 'circuit_breaker_opens_total');

  async function claims(namespace?: string): Promise<Live[]> {
    const kinds = [
      ['database', 'PostgresInstance'],
      ['database', 'DragonflyInstance'],
      ['platform', 'AgentExecutor'],
    ] as const;
    const lists = kinds.map(([group, kind]) => api.list(`${group}.bizmatters.io/v1alpha1`, kind, namespace));
    return (await Promise.all(lists)).flat();
  }

  /** Other tests leave claims behind, some of which wait for Secrets and are looked at every now and then. */
  async function removeOthers(): Promise<void> {
    for (const other of await claims()) {
      if (other.kind !== 'AgentExecutor') await api.patch(other, { spec: { deletionProtection: false } });
      await api.delete(other);
    }
    const none = async () => (await claims()).length === 0;
    await until('no other claim is left', none, { seconds: 120, every: 500 });
  }

  /** Applies everything, and waits until all of it is Ready and core has nothing more to do. */
  async function settle(namespace: string): Promise<void> {
    const [before, started] = [await functionCalls(engine), performance.now()];
    const drafts = Array.from({ length: claimsOfAKind }, (_, index) => application(namespace, index));
    const allReady = async () => (await claims(namespace)).every(isReady);
    {
      await using _ = operate(api, namespace);
      await Promise.all(drafts.flat().map((draft) => api.apply(draft)));
      await until('every claim is Ready', allReady, { seconds: 180, every: 500 });
    }
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const calls = ((await functionCalls(engine)) - before) / (claimsOfAKind * 3);
    console.log(`${claimsOfAKind * 3} claims Ready after ${seconds} s, with ${calls.toFixed(1)} calls each`);
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

  it(`of ${claimsOfAKind * 3} claims, over ${quietMinutes} minutes`, { timeout: 900_000 }, async () => {
    await removeOthers();
    const [namespace, opened] = [await newNamespace(api, 'quiet'), await opens()];
    await settle(namespace);
    const [settled, objects] = [await functionCalls(engine), await everything(namespace)];
    await sleep(quietMinutes * 60_000);
    const calls = (await functionCalls(engine)) - settled;
    console.log(`${calls} calls in ${quietMinutes} minutes, for claims and objects ${objects.size} in all`);
    expect(objects.size).toBeGreaterThan(claimsOfAKind * 3);
    expect(await everything(namespace)).toEqual(objects);
    expect(await opens()).toBe(opened);
    expect(calls).toBeLessThanOrEqual(3);
  });
});
