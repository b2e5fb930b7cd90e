import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freePorts } from '../tools/ports.ts';
import { identity } from './composed.ts';
import { apiReady } from './control-plane.ts';
import { claim, touch } from './claims.ts';
import { describeEngine } from './engine.ts';
import { functionCalls } from './figures.ts';
import { restartPart, startPart, stopPart } from './parts.ts';
import { signal, start } from './keep.ts';
import { passwordOf, readyClaim, reconciled, secretOf, watchPassword } from './passwords.ts';
import { until } from './until.ts';

describeEngine('the password stays', (engine) => {
  const { api, plane, crossplane } = engine;

  it('through 200 reconciles', async () => {
    // Of eight claims, as core would look away for five minutes from a single one that changes so often.
    const drafts = await Promise.all(Array.from({ length: 8 }, () => readyClaim(api)));
    const secrets = () => Promise.all(drafts.map(async (draft) => identity(await api.get(secretOf(draft)))));
    const before = await secrets();
    for (let round = 1; round <= 25; round++) {
      const calls = await functionCalls(engine);
      await Promise.all(drafts.map((draft) => touch(api, draft)));
      await until(
        `each is reconciled in round ${round}`,
        async () => (await functionCalls(engine)) >= calls + drafts.length,
      );
    }
    expect(await secrets()).toEqual(before);
  });

  it.each(['crossplane', 'function'] as const)('when %s dies and comes back', async (part) => {
    const draft = await readyClaim(api);
    const before = identity(await api.get(secretOf(draft)));
    await restartPart(engine, part);
    await reconciled(api, draft, 30);
    expect(identity(await api.get(secretOf(draft)))).toEqual(before);
  });

  it('when core believes that it has composed nothing yet', async () => {
    const draft = await readyClaim(api);
    const before = await passwordOf(api, draft);
    await using watch = watchPassword(api, draft);
    await stopPart(engine, 'crossplane');
    await api.patch(draft, { spec: { crossplane: { resourceRefs: [] } } });
    await startPart(engine, 'crossplane');
    await reconciled(api, draft, 30);
    expect(watch.seen).toEqual([before]);
  });

  it('when two cores reconcile at once, and one password comes out where both make the claim', async () => {
    const old = await readyClaim(api);
    await using watch = watchPassword(api, old);
    const [metricsPort, probePort] = await freePorts(2);
    const { env, ...command } = crossplane.commands.crossplane;
    const ports = { METRICS_PORT: String(metricsPort), HEALTH_PROBE_PORT: String(probePort) };
    await start(plane.dir, 'second-crossplane', { ...command, env: { ...env, ...ports } });
    try {
      const drafts = Array.from({ length: 10 }, (_, index) =>
        claim('PostgresInstance', old.metadata.namespace ?? '', `twin-${index}`),
      );
      await until(
        'the second one is up',
        async () => (await fetch(`http://127.0.0.1:${probePort}/readyz`)).ok,
      );
      await Promise.all(drafts.map((draft) => api.apply(draft)));
      await Promise.all([old, ...drafts].map((draft) => reconciled(api, draft, 30)));
      const passwords = await Promise.all(drafts.map((draft) => passwordOf(api, draft)));
      await Promise.all([old, ...drafts].map((draft) => reconciled(api, draft, 40)));
      expect(await Promise.all(drafts.map((draft) => passwordOf(api, draft)))).toEqual(passwords);
    } finally {
      await signal(plane.dir, 'second-crossplane', 'SIGKILL');
    }
    expect(watch.seen).toHaveLength(1);
  });

  it('when etcd is put back to a snapshot', async () => {
    const draft = await readyClaim(api);
    const before = await passwordOf(api, draft);
    const cluster = [
      'crossplane',
      'rbac-manager',
      'kube-controller-manager',
      'kube-apiserver',
      'etcd',
    ] as const;
    const down = async () => {
      for (const part of cluster) await stopPart(engine, part, 'SIGTERM');
    };
    const up = async () => {
      for (const part of cluster.toReversed()) {
        await startPart(engine, part);
        if (part === 'kube-apiserver') await apiReady(plane);
      }
    };
    const [data, snapshot] = [join(plane.dir, 'etcd'), join(plane.dir, 'etcd-snapshot')];
    await down();
    await cp(data, snapshot, { recursive: true });
    await up();
    await reconciled(api, draft, 30);
    await down();
    await rm(data, { recursive: true });
    await cp(snapshot, data, { recursive: true });
    await up();
    await reconciled(api, draft, 40);
    expect(await passwordOf(api, draft)).toBe(before);
  });
});
