import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { Draft, Live } from './api.ts';
import { composedOf, valuesOf } from './composed.ts';
import { apiReady } from './control-plane.ts';
import { claim, newNamespace, settled, touch } from './claims.ts';
import { describeEngine } from './engine.ts';
import { functionCalls } from './figures.ts';
import { restartPart, startPart, stopPart } from './parts.ts';
import type { Part } from './parts.ts';
import { signal } from './keep.ts';
import { operate } from './operators.ts';
import { until } from './until.ts';

const image = 'ghcr.io/bizmatters/agent-executor:v1.0.0';

describeEngine('nothing is deleted, nothing drawn anew, and all is settled again', (engine) => {
  const { api, plane } = engine;

  /** Two claims of each kind that are Ready. The workers take their Secrets from the claims beside them. */
  async function settledClaims(): Promise<Live[]> {
    const namespace = await newNamespace(api, 'faults');
    const drafts = ['one', 'two'].flatMap((name): Draft[] => [
      claim('PostgresInstance', namespace, `${name}-db`),
      claim('DragonflyInstance', namespace, `${name}-cache`),
      claim('AgentExecutor', namespace, name, { image }),
    ]);
    const keys = { OPENAI_API_KEY: 'none', ANTHROPIC_API_KEY: 'none' };
    const secret = (name: string) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `${name}-llm-keys`, namespace },
      stringData: keys,
    });
    await Promise.all([...drafts, secret('one'), secret('two')].map((draft) => api.apply(draft)));
    await using _ = operate(api, namespace);
    return await Promise.all(drafts.map((draft) => settled(api, draft, 'Ready', 'True')));
  }

  /** What must outlive every fault: which objects there are, and the passwords. */
  async function possessions(claims: readonly Live[]): Promise<unknown> {
    const all = await Promise.all(claims.map((one) => composedOf(api, one)));
    return all.map((composed) =>
      Object.fromEntries(
        [...composed].map(([key, object]) => [key, [object.metadata.uid, valuesOf(object)['password']]]),
      ),
    );
  }

  /** An edit of each claim goes through to what it is made of. */
  async function allAct(claims: readonly Live[]): Promise<void> {
    await Promise.all(
      claims.map(async (one) => {
        await api.patch(one, { spec: { size: 'large' } });
        const main =
          one.kind === 'PostgresInstance'
            ? 'cluster'
            : one.kind === 'DragonflyInstance'
              ? 'dragonfly'
              : 'deployment';
        await until(
          `the edit of ${one.kind} ${one.metadata.name} is through`,
          async () => JSON.stringify((await composedOf(api, one)).get(main)?.['spec']).includes('8Gi'),
          { seconds: 180 },
        );
      }),
    );
    await using _ = operate(api, claims[0]?.metadata.namespace);
    await Promise.all(claims.map((one) => settled(api, one, 'Ready', 'True', 180)));
  }

  async function touchAll(claims: readonly Live[]): Promise<void> {
    await Promise.all(claims.map((one) => touch(api, one)));
  }

  const faults: { reason: string; cause: (claims: readonly Live[]) => Promise<void> }[] = [
    {
      reason: 'the function is down while claims want it',
      async cause(claims) {
        await stopPart(engine, 'function');
        await touchAll(claims);
        await sleep(5_000);
        await startPart(engine, 'function');
      },
    },
    {
      reason: 'the function answers nothing for ten seconds',
      async cause(claims) {
        await signal(plane.dir, 'function', 'SIGSTOP');
        await touchAll(claims);
        await sleep(10_000);
        await signal(plane.dir, 'function', 'SIGCONT');
      },
    },
    {
      reason: 'the function is killed in the middle of calls, again and again',
      async cause(claims) {
        for (let round = 0; round < 5; round++) {
          const calls = await functionCalls(engine);
          await touchAll(claims);
          await until('core calls', async () => (await functionCalls(engine)) > calls, { every: 1 });
          await restartPart(engine, 'function');
        }
      },
    },
    { reason: 'core is killed', cause: () => crashed('crossplane') },
    { reason: 'the API server is killed', cause: () => crashed('kube-apiserver') },
    {
      reason: 'etcd is gone for ten seconds',
      async cause() {
        await stopPart(engine, 'etcd');
        await sleep(10_000);
        await startPart(engine, 'etcd');
        await apiReady(plane);
      },
    },
  ];

  async function crashed(part: Part): Promise<void> {
    await restartPart(engine, part);
    await apiReady(plane);
  }

  it.each(faults)('when $reason', { timeout: 400_000 }, async ({ cause }) => {
    const claims = await settledClaims();
    const before = await possessions(claims);
    await cause(claims);
    const started = performance.now();
    await allAct(claims);
    console.log(
      `all settled ${((performance.now() - started) / 1000).toFixed(1)} s after the fault was over`,
    );
    expect(await possessions(claims)).toEqual(before);
  });
});
