import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { settled } from '../../engine/claims.ts';
import { operate } from '../../engine/operators.ts';
import { applications, arrives } from '../applications.ts';
import { cache, database, namespace, tenant, well, worker } from '../first-tenant.ts';
import { watchWaves } from '../waves.ts';
import type { World } from '../world.ts';

const registry = 'arun4infra/zerotouch-tenants.git';
const repository = 'arun4infra/bizmatters.git';

/** From nothing to claims that are ready. */
export function theBeginning(world: () => World): void {
  describe('the beginning', () => {
    it('is refused while credentials are missing', async () => {
      await expect(world().bootstrap('dev', repository)).rejects.toThrow(
        'no credentials for some repositories',
      );
    });

    it('is two commands, and the root brings one wave after the other, each when the one before is well', async () => {
      await using waves = watchWaves(world().api);
      await world().addRepository(registry);
      await world().addRepository(repository);
      await world().bootstrap('dev', repository);
      expect(await arrives(world().api, 'root', undefined, 600)).toMatchObject(well);
      expect(waves.leaks).toEqual([]);
      expect(waves.order[0]).toBe('argocd');
      expect(waves.order.slice(1, 7).toSorted().join(' ')).toBe(
        'cloudnative-pg crossplane dragonfly-operator external-secrets keda nats',
      );
      expect(waves.order.slice(7, 10).join(' ')).toBe('isolation secret-store zerotouch');
    });

    it('leaves every Application of the platform Synced, NATS too, and none that is synced again and again', async () => {
      await world().cluster.relearn();
      const names = (await applications(world().api)).map(({ name }) => name);
      const platform = names.filter((name) => !name.startsWith('tenant-') && name !== tenant);
      for (const name of platform) expect(await arrives(world().api, name)).toMatchObject(well);
      const before = await syncs(world(), platform);
      await sleep(25_000);
      expect(await syncs(world(), platform)).toEqual(before);
    });

    it('makes of the registry a project, a namespace and an Application, whose three claims become ready', async () => {
      await using _ = operate(world().api, namespace);
      expect(await arrives(world().api, tenant, undefined, 300)).toMatchObject(well);
      expect(await arrives(world().api, 'tenant-bizmatters')).toMatchObject(well);
      for (const draft of [database, cache, worker]) await settled(world().api, draft, 'Ready', 'True', 60);
      const found = await world().api.get({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: namespace },
      });
      expect(found.metadata.labels).toMatchObject({
        'zerotouch.bizmatters.io/tenant': tenant,
        'pod-security.kubernetes.io/enforce': 'restricted',
      });
    });
  });
}

/** How often each of these Applications was synced. */
async function syncs({ api }: World, names: readonly string[]): Promise<Record<string, unknown>> {
  const found = await api.list('argoproj.io/v1alpha1', 'Application', 'argocd');
  const history = (status: unknown) => (status as { history?: { id: number }[] } | undefined)?.history;
  const wanted = found.filter(({ metadata }) => names.includes(metadata.name));
  return Object.fromEntries(wanted.map((each) => [each.metadata.name, history(each['status'])?.at(-1)?.id]));
}
