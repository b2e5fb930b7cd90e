import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../functions/composition/contract.ts';
import { object, text } from '../../../functions/composition/read.ts';
import { settled } from '../../engine/claims.ts';
import { valuesOf } from '../../engine/composed.ts';
import { operate } from '../../engine/operators.ts';
import { until } from '../../engine/until.ts';
import { secretOf } from '../../gitops/repositories.ts';
import { applications, arrives } from '../applications.ts';
import { cache, database, namespace, tenant, well, worker } from '../first-tenant.ts';
import { Reader } from '../reader.ts';
import { watchWaves } from '../waves.ts';
import { login, owner } from '../somebody.ts';
import type { World } from '../world.ts';

/** From a fork to claims that are ready, as docs/first-platform.md has it. */
export function theBeginning(world: () => World): void {
  describe('the beginning', () => {
    let reader: Reader;

    it('is a fork', async () => {
      const own = { YOURS: owner, USERNAME: login.username };
      reader = new Reader('docs/first-platform.md', own, world().terminal);
      await reader.typesUpTo('push');
      expect(await world().terminal.type('git -C bizmatters status --short')).toBe('');
    });

    it('is refused while credentials are missing', async () => {
      const bootstrap = `zerotouch-platform/scripts/bootstrap dev https://github.com/${owner}/bizmatters.git`;
      await expect(world().terminal.type(bootstrap)).rejects.toThrow('no credentials for some repositories');
    });

    it('is two commands, and the root brings one wave after the other, each when the one before is well', async () => {
      await using waves = watchWaves(world().api);
      await reader.typesUpTo('scripts/bootstrap', `${login.token}\n`.repeat(2));
      const [root] = await Promise.all([arrives(world().api, 'root', undefined, 840), world().startPods()]);
      expect(root).toMatchObject(well);
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
      await reader.typesUpTo('kubectl get applications');
      expect(await arrives(world().api, tenant)).toMatchObject(well);
      expect(await arrives(world().api, 'tenant-bizmatters')).toMatchObject(well);
      for (const draft of [database, cache, worker]) await settled(world().api, draft, 'Ready', 'True', 300);
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

    it('makes of the store the Secrets that ExternalSecrets ask for, in namespaces of tenants alone', async () => {
      const valuesIn = async (name: string) =>
        valuesOf(await world().api.get({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } }));
      expect(await valuesIn('agent-executor-llm-keys')).toEqual({
        ANTHROPIC_API_KEY: 'none',
        OPENAI_API_KEY: 'none',
      });
      const { '.dockerconfigjson': logins = '' } = await valuesIn('ghcr-pull-secret');
      expect(JSON.parse(logins)).toEqual({
        auths: { 'ghcr.io': { username: 'nobody', password: 'none', auth: 'bm9ib2R5Om5vbmU=' } },
      });
      // What tests without an operator take for its work.
      for (const each of await world().api.list('external-secrets.io/v1', 'ExternalSecret', namespace)) {
        const { metadata, data } = secretOf(each as unknown as JsonObject);
        const made = Object.keys(await valuesIn(text(object(metadata).name)));
        expect(made.toSorted()).toEqual(Object.keys(object(data)).toSorted());
      }
      await world().api.apply(elsewhere);
      await until('the operator says that it refuses', async () => {
        const events = await world().api.list('v1', 'Event', 'default');
        return events.some((each) =>
          String(each['message']).includes('is not allowed from namespace "default"'),
        );
      });
    });

    it('ends with a database that a commit asked for', async () => {
      await using _ = operate(world().api, namespace);
      await reader.typesUpTo('orders-conn');
      expect(reader.left).toBe(0);
      expect(await arrives(world().api, tenant)).toMatchObject(well);
    });
  });
}

/** What nobody may have who is no tenant. */
const elsewhere = {
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: 'elsewhere', namespace: 'default' },
  spec: {
    secretStoreRef: { name: 'aws-parameter-store', kind: 'ClusterSecretStore' },
    data: [{ secretKey: 'KEY', remoteRef: { key: '/zerotouch/dev/agent-executor/openai_api_key' } }],
  },
};

/** How often each of these Applications was synced. */
async function syncs({ api }: World, names: readonly string[]): Promise<Record<string, unknown>> {
  const found = await api.list('argoproj.io/v1alpha1', 'Application', 'argocd');
  const history = (status: unknown) => (status as { history?: { id: number }[] } | undefined)?.history;
  const wanted = found.filter(({ metadata }) => names.includes(metadata.name));
  return Object.fromEntries(wanted.map((each) => [each.metadata.name, history(each['status'])?.at(-1)?.id]));
}
