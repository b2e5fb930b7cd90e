import { describe, expect, it } from 'vitest';
import { isTrue } from '../../engine/install.ts';
import { operate } from '../../engine/operators.ts';
import { until } from '../../engine/until.ts';
import { command } from '../../packages/setup.ts';
import type { Packages } from '../../packages/setup.ts';
import { versions } from '../../packages/versions.ts';
import { arrives, becomes } from '../applications.ts';
import { composed, namespace, tenant, well } from '../first-tenant.ts';
import type { World } from '../world.ts';

/** An upgrade of our packages, and the way back. */
export function ourRelease(world: () => World, packages: Packages): void {
  describe('our own release', () => {
    const line = 'bootstrap/components/03-zerotouch.yaml';
    const move = (from: string, to: string) =>
      world().platform.edit(line, (text) => text.replace(`targetRevision: ${from}`, `targetRevision: ${to}`));

    /** Waits until packages, function and Application are of this version. */
    async function serves(version: 'now' | 'next'): Promise<void> {
      await becomes(
        world().api,
        'root',
        `has brought ${versions[version]}`,
        ({ sync, health }) => sync === 'Synced' && health === 'Healthy',
        840,
      );
      expect(await arrives(world().api, 'zerotouch')).toMatchObject(well);
      for (const [kind, name] of [
        ['Configuration', 'bizmatters-zerotouch'],
        ['Function', 'bizmatters-function-zerotouch'],
      ] as const)
        await until(
          `${kind} is ${versions[version]}`,
          async () => {
            const found = await world().api.get({
              apiVersion: 'pkg.crossplane.io/v1',
              kind,
              metadata: { name },
            });
            const { currentIdentifier } = found['status'] as { currentIdentifier: string };
            return isTrue(found, 'Healthy') && currentIdentifier.endsWith(`:${versions[version]}`);
          },
          { seconds: 300 },
        );
      await until(
        'the function serves',
        async () =>
          world()
            .cluster.kubelet.output()
            .includes(`"version":"${versions[version].slice(1)}"`),
        { seconds: 300 },
      );
    }

    it('goes up by one line, under claims that nothing happens to', async () => {
      const before = await composed(world());
      await command('push', [packages.repository, '--from', packages.builds.next]);
      await move(versions.now, versions.next);
      await world().platform.commit('The next release');
      await serves('next');
      expect(await composed(world())).toEqual(before);
    });

    it('and back by the same line', async () => {
      const before = await composed(world());
      await world().platform.revert();
      await serves('now');
      expect(await composed(world())).toEqual(before);
      await using _ = operate(world().api, namespace);
      expect(await arrives(world().api, tenant)).toMatchObject(well);
    });
  });
}
