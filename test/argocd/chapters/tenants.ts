import { describe, expect, it } from 'vitest';
import { toYaml } from '../../../render/yaml/write.ts';
import { until } from '../../engine/until.ts';
import { applications, arrives, becomes, lookForTenants } from '../applications.ts';
import { attempts, foreignKey } from '../attempts.ts';
import { composed, namespace, tenant, well } from '../first-tenant.ts';
import { login } from '../somebody.ts';
import type { World } from '../world.ts';

/** Others in the registry, who want what is not theirs, write what is wrong, or leave. */
export function moreTenants(world: () => World): void {
  describe('a second tenant', () => {
    const config = (more: object) =>
      toYaml({
        tenant: 'other-workloads',
        repoURL: 'https://github.com/other/workloads.git',
        targetRevision: 'main',
        path: 'deploy',
        namespaces: ['intelligence-other'],
        ...more,
      });

    /** Commits a file to the registry, for the folder of a tenant. */
    async function register(folder: string, text: string): Promise<void> {
      await world().tenants.write(`tenants/${folder}/config.yaml`, text);
      await world().tenants.commit(`Tenant ${folder}`);
      await until(
        `there is tenant-${folder}`,
        async () => {
          await lookForTenants(world().api);
          return (await applications(world().api)).some(({ name }) => name === `tenant-${folder}`);
        },
        { seconds: 180, every: 1_000 },
      );
    }

    it('gets nothing of what it may not have, each refused by name', async () => {
      const other = await world().repository('other/workloads');
      const objects = attempts.map(({ object }, index) => [`${index}.yaml`, toYaml(object)] as const);
      for (const [name, text] of objects) await other.write(`deploy/overlays/dev/${name}`, text);
      await other.write(
        'deploy/overlays/dev/kustomization.yaml',
        toYaml({ resources: objects.map(([name]) => name) }),
      );
      await other.commit('What I would like to have');
      const add = `scripts/add-private-repository https://github.com/other/workloads.git ${login.username}`;
      await world().terminal.type(`cd ~/zerotouch-platform && ${add}`, login.token);
      await register('other', config({}));
      const refused = await becomes(
        world().api,
        'other-workloads',
        'is refused',
        ({ phase, said }) => phase !== 'Succeeded' && said.includes('not permitted'),
      );
      for (const { attempt, says } of attempts) expect.soft(refused.said, attempt).toContain(says);

      await other.write('deploy/overlays/dev/theirs.yaml', foreignKey);
      await other.write('deploy/overlays/dev/kustomization.yaml', toYaml({ resources: ['theirs.yaml'] }));
      await other.commit('A key of theirs');
      await becomes(world().api, 'other-workloads', 'may not read it', ({ said }) =>
        said.includes('this tenant may not read /zerotouch/dev/agent-executor/openai_api_key'),
      );
    });

    it.each([
      {
        what: 'the name of the first',
        folder: 'thief',
        more: { tenant, namespaces: ['intelligence-thief'] },
      },
      {
        what: 'the namespace of the first',
        folder: 'squatter',
        more: { tenant: 'squatter', namespaces: [namespace] },
      },
    ])('that takes $what is refused, and the first is as it was', async ({ folder, more }) => {
      await register(folder, config(more));
      const refused = await becomes(world().api, `tenant-${folder}`, 'is refused', ({ said }) =>
        said.includes('Shared resource found'),
      );
      expect(refused.said).toContain(`is part of applications argocd/tenant-${folder} and tenant-bizmatters`);
      expect(await arrives(world().api, tenant)).toMatchObject(well);
      expect(await arrives(world().api, 'tenant-bizmatters')).toMatchObject(well);
      await world().tenants.remove(`tenants/${folder}`);
      await world().tenants.commit(`No tenant ${folder}`);
    });

    it.each([
      { what: 'no YAML', folder: 'scribble', text: () => 'tenant: [', says: 'yaml' },
      {
        what: 'a misspelt key',
        folder: 'slip',
        text: () => config({}).replace('repoURL', 'repoUrl'),
        says: 'repoUrl',
      },
      {
        what: 'a name of the platform',
        folder: 'keda',
        text: () => config({ tenant: 'keda' }),
        says: 'tenant',
      },
    ])('whose file is $what concerns itself alone', async ({ folder, text, says }) => {
      await register(folder, text());
      await becomes(world().api, `tenant-${folder}`, 'says so', ({ conditions }) =>
        conditions.includes(says),
      );
      expect(await arrives(world().api, 'tenant-bizmatters')).toMatchObject(well);
      expect(await arrives(world().api, 'keda')).toMatchObject(well);
    });

    it('that leaves the registry takes nothing along', async () => {
      const before = await composed(world());
      await world().tenants.remove('tenants/bizmatters');
      await world().tenants.commit('They leave');
      await until(
        'its Applications are gone',
        async () => {
          await lookForTenants(world().api);
          const names = (await applications(world().api)).map(({ name }) => name);
          return !names.includes(tenant) && !names.includes('tenant-bizmatters');
        },
        { seconds: 300, every: 1_000 },
      );
      expect(await composed(world())).toEqual(before);
    });
  });
}
