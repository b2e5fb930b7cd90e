import { describe, expect, it } from 'vitest';
import { operate } from '../../engine/operators.ts';
import { until } from '../../engine/until.ts';
import { arrives, becomes, look } from '../applications.ts';
import { cache, database, namespace, tenant, well } from '../first-tenant.ts';
import type { World } from '../world.ts';

const service = 'services/agent_executor/platform';
const overlay = `${service}/overlays/dev/kustomization.yaml`;

/** What a commit of the tenant comes to, and what it cannot. */
export function commits(world: () => World): void {
  describe('a commit', () => {
    it('of a size reaches the database', async () => {
      await world().app.edit(overlay, (text) =>
        text.replace(
          'value: micro }\n      - { op: replace, path: /spec/storageGB, value: 10 }',
          'value: small }\n      - { op: replace, path: /spec/storageGB, value: 30 }',
        ),
      );
      const commit = await world().app.commit('A larger database');
      await using _ = operate(world().api, namespace);
      expect(await arrives(world().api, tenant, commit)).toMatchObject(well);
      await until('the Cluster is small', async () => {
        const cluster = await world().api.get(clusterRef);
        return (cluster['spec'] as { storage: { size: string } }).storage.size === '30Gi';
      });
    });

    it('of an image reaches the workers', async () => {
      await world().app.edit(overlay, (text) => text.replace('newTag: v1.1.0', 'newTag: v1.2.0'));
      const commit = await world().app.commit('A new image');
      await using _ = operate(world().api, namespace);
      expect(await arrives(world().api, tenant, commit)).toMatchObject(well);
      await until('the Deployment has it', async () => {
        const found = await world().api.get({
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          metadata: { name: 'agent-executor', namespace },
        });
        return JSON.stringify(found['spec']).includes('agent-executor:v1.2.0');
      });
    });

    it('that the API server refuses says why, changes nothing, and is healed by a revert', async () => {
      await world().app.edit(overlay, (text) => text.replace('storageGB, value: 30', 'storageGB, value: 20'));
      await world().app.commit('A smaller volume');
      const refused = await becomes(world().api, tenant, 'is refused', ({ said }) =>
        said.includes('storageGB'),
      );
      expect(refused.said).toContain('storageGB');
      expect(refused.sync).toBe('OutOfSync');
      await using _ = operate(world().api, namespace);
      expect(await arrives(world().api, tenant, await world().app.revert())).toMatchObject(well);
    });

    it('is what holds: a change by hand goes back to it', async () => {
      await world().api.patch(cache, { spec: { size: 'large' } });
      await until(
        'the cache is micro again',
        async () => {
          await look(world().api, tenant);
          return ((await world().api.get(cache))['spec'] as { size: string }).size === 'micro';
        },
        { seconds: 300, every: 1_000 },
      );
      await using _ = operate(world().api, namespace);
      expect(await arrives(world().api, tenant)).toMatchObject(well);
    });

    it('that takes a protected database out of Git deletes nothing: Argo CD is told why', async () => {
      const before = await world().api.get(database);
      await world().app.edit(`${service}/base/kustomization.yaml`, (text) =>
        text.replace('  - postgres-claim.yaml\n', ''),
      );
      await world().app.commit('Without the database');
      const refused = await becomes(world().api, tenant, 'is refused', ({ said }) =>
        said.includes('deletionProtection'),
      );
      expect(refused.said).toContain(
        'its spec.deletionProtection is true. If PostgresInstance agent-executor-db and its data shall go',
      );
      const after = await world().api.get(database);
      expect([after.metadata.uid, after.metadata.deletionTimestamp]).toEqual([
        before.metadata.uid,
        undefined,
      ]);
      await using _ = operate(world().api, namespace);
      expect(await arrives(world().api, tenant, await world().app.revert())).toMatchObject(well);
    });
  });
}

const clusterRef = {
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  metadata: { name: 'agent-executor-db', namespace },
};
