import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeContainers } from '../packages/packages.ts';
import { arrives, becomes } from './applications.ts';
import { theBeginning } from './chapters/beginning.ts';
import { commits } from './chapters/commits.ts';
import { ourRelease } from './chapters/release.ts';
import { moreTenants } from './chapters/tenants.ts';
import { well } from './first-tenant.ts';
import { startWorld } from './world.ts';
import type { World } from './world.ts';

describeContainers('the three repositories, by a real Argo CD', (packages) => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld(packages);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  theBeginning(() => world);
  commits(() => world);
  ourRelease(() => world, packages);
  moreTenants(() => world);

  it('a component that cannot be rendered is not well, and a revert heals it', async () => {
    const keda = 'bootstrap/components/01-keda.yaml';
    await world.platform.edit(keda, (text) => text.replace(/targetRevision: .*/, 'targetRevision: 9.9.9'));
    await world.platform.commit('A chart that there is not');
    await becomes(world.api, 'root', 'is Degraded', ({ health }) => health === 'Degraded');
    await world.platform.revert();
    expect(await arrives(world.api, 'root')).toMatchObject(well);
    expect(await arrives(world.api, 'keda')).toMatchObject(well);
  });
});
