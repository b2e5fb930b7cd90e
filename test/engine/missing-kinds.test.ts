import { afterAll, beforeAll, expect, it } from 'vitest';
import { customResourceDefinitions } from '../tools/crds.ts';
import type { Draft } from './api.ts';
import { claim, gone, newNamespace, settled } from './claims.ts';
import { describeEngine } from './engine.ts';
import { condition, isTrue } from './install.ts';
import { operate } from './operators.ts';
import { restartPart } from './parts.ts';
import { until } from './until.ts';

describeEngine('a cluster without the Prometheus operator', (engine) => {
  const { api } = engine;
  const name = 'podmonitors.monitoring.coreos.com';
  let definition: Draft;

  beforeAll(async () => {
    const all = (await customResourceDefinitions()).map((each) => each as unknown as Draft);
    const found = all.find(({ metadata }) => metadata.name === name);
    if (found === undefined) throw new Error(`there is no ${name} among the kinds of the operators`);
    definition = found;
    await noneMonitored();
    await api.delete(definition);
    await gone(api, definition);
    await forgotten();
  });

  /** Core waits two minutes for a kind that it has composed and that is taken away then; here it was never there. */
  async function noneMonitored(): Promise<void> {
    const claims = await api.list('database.bizmatters.io/v1alpha1', 'PostgresInstance');
    await Promise.all(claims.map((each) => api.patch(each, { spec: { monitoring: false } })));
    const monitors = () => api.list('monitoring.coreos.com/v1', 'PodMonitor');
    await until('no database is monitored', async () => (await monitors()).length === 0);
  }

  /** The API server lists a group for up to a minute after its last kind is gone, and core remembers what it has read. */
  async function forgotten(): Promise<void> {
    const isListed = async () => {
      const { paths } = (await api.call('GET', '/openapi/v3')) as { paths: object };
      return 'apis/monitoring.coreos.com/v1' in paths;
    };
    await until('the API server lists the group no more', async () => !(await isListed()), { seconds: 120 });
    await restartPart(engine, 'crossplane');
  }

  afterAll(async () => {
    await api.apply(definition);
    await until('PodMonitor is served', async () => isTrue(await api.get(definition), 'Established'));
  });

  it('makes a monitored database, says what it left out, and follows later changes', async () => {
    const namespace = await newNamespace(api, 'bare');
    await using _ = operate(api, namespace);
    const draft = claim('PostgresInstance', namespace, 'orders', { monitoring: true });
    await api.apply(draft);
    // Core, which has just started, goes through the claims of all other tests first.
    const ready = await settled(api, draft, 'Ready', 'True', 180);
    expect(condition(ready, 'MonitoringReady')).toMatchObject({
      status: 'False',
      reason: 'KindNotServed',
      message: expect.stringContaining('PodMonitor (monitoring.coreos.com/v1) is not served') as unknown,
    });
    expect(isTrue(ready, 'Synced')).toBe(true);

    await api.patch(draft, { spec: { monitoring: false, credentialsRevision: '2' } });
    await until('the new password is drawn', async () => {
      const { status } = (await api.get(draft)) as unknown as { status: { credentialsRevision: string } };
      return status.credentialsRevision === '2';
    });
  });

  it('makes the PodMonitor once its operator is there', async () => {
    const namespace = await newNamespace(api, 'bare');
    await using _ = operate(api, namespace);
    const draft = claim('PostgresInstance', namespace, 'orders', { monitoring: true });
    await api.apply(draft);
    await settled(api, draft, 'MonitoringReady', 'False');
    await api.apply(definition);
    await until('PodMonitor is served', async () => isTrue(await api.get(definition), 'Established'));
    // Core asks the API server anew when a definition changes, and the API server lists a new group a moment after that.
    await until(
      'the claim is monitored',
      async () => {
        await api.patch(definition, {
          metadata: { annotations: { 'zerotouch.test/asked': `${Date.now()}` } },
        });
        return isTrue(await api.get(draft), 'MonitoringReady');
      },
      { seconds: 90, every: 5_000 },
    );
    const monitor = { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor', metadata: draft.metadata };
    expect(await api.find(monitor)).toBeDefined();
  });
});
