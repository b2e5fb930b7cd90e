import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Api } from './api.ts';
import type { Draft } from './api.ts';
import { kindNames } from '../claims/offers.ts';
import { composedKinds } from './composed.ts';
import { claim, newNamespace, settled } from './claims.ts';
import { describeEngine } from './engine.ts';
import { restartPart } from './parts.ts';
import { condition, kustomized, root } from './install.ts';
import { operate } from './operators.ts';
import { until } from './until.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];

/** How docs/troubleshooting.md tells of what a claim says. */
const documented = 'cannot patch resource';

describeEngine("what core may do is its own chart's role and package/cluster, no more", (engine) => {
  const { api, plane } = engine;
  const core = new Api(plane.access.crossplane);

  async function ourRole(): Promise<Draft & { readonly rules: readonly Rule[] }> {
    const role = (await kustomized('package/cluster')).find(
      ({ metadata }) => metadata.name === 'zerotouch-composed-kinds',
    );
    if (!role) throw new Error('package/cluster has no ClusterRole for what claims are composed of');
    return role as Draft & { rules: Rule[] };
  }

  /** Leaves the rule of one kind with these verbs only, and waits until core's aggregated role has followed. */
  async function limit(resource: string, left: readonly string[]): Promise<void> {
    const role = await ourRole();
    const isIts = (rule: Rule) => rule.resources.includes(resource);
    const its = role.rules
      .filter(isIts)
      .map((rule) => ({ ...rule, resources: rule.resources.filter((one) => one !== resource) }));
    const limited = its.map((rule) => ({ ...rule, resources: [resource], verbs: left }));
    const rules = [...role.rules.filter((rule) => !isIts(rule)), ...its, ...limited];
    await api.apply({
      ...role,
      rules: rules.filter((rule) => rule.verbs.length > 0 && rule.resources.length > 0),
    });
    const aggregated = { apiVersion: role.apiVersion, kind: 'ClusterRole', metadata: { name: 'crossplane' } };
    await until('the role of core has followed', async () => {
      const has = ((await api.get(aggregated))['rules'] as Rule[])
        .filter(isIts)
        .flatMap((rule) => rule.verbs);
      return has.length === left.length;
    });
    const [group = ''] = its.flatMap(({ apiGroups }) => apiGroups);
    await until(
      'the API server goes by it',
      async () => (await coreMay('patch', group, resource)) === left.includes('patch'),
    );
  }

  /** As `kubectl auth can-i` asks. */
  async function coreMay(verb: string, group: string, resource: string): Promise<boolean> {
    const review = await core.create({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      metadata: { name: '' },
      spec: { resourceAttributes: { verb, group, resource } },
    });
    return (review['status'] as { allowed: boolean }).allowed;
  }

  afterEach(async () => {
    await api.apply(await ourRole());
  });

  it('core is no administrator', async () => {
    await expect(core.list('v1', 'Pod')).rejects.toMatchObject({ status: 403 });
    await expect(core.list('rbac.authorization.k8s.io/v1', 'Role')).rejects.toMatchObject({ status: 403 });
  });

  it('our role names exactly the kinds that claims are composed of and that core may not touch by itself', async () => {
    const all = (await ourRole()).rules;
    const rules = all.filter((rule) => rule.verbs.includes('create'));
    expect(
      all.filter((rule) => !rules.includes(rule)),
      'only read',
    ).toEqual([
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: ['apps'], resources: ['statefulsets'], verbs: ['get', 'list', 'watch'] },
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list', 'watch'] },
    ]);
    const ofTheChart = ['Secret', 'Service', 'ServiceAccount', 'Deployment'];
    // Crossplane's RBAC manager grants every kind that an XRD defines, such as that of a claim within a claim.
    const granting = [...ofTheChart, ...kindNames];
    const wanted = await Promise.all(
      composedKinds
        .filter(([, kind]) => !granting.includes(kind))
        .map(async ([apiVersion, kind]) => {
          const plural = (await api.path({ apiVersion, kind, metadata: {} })).split('/').at(-1);
          return `${plural}.${apiVersion.split('/')[0]}`;
        }),
    );
    const granted = rules.flatMap(({ apiGroups, resources }) =>
      resources.flatMap((name) => apiGroups.map((group) => `${name}.${group}`)),
    );
    expect(granted.toSorted()).toEqual(wanted.toSorted());
    expect(rules.map((rule) => rule.verbs)).toEqual(rules.map(() => verbs));
  });

  it('with the right to read only, the claim says what is missing, and heals when it is granted', async () => {
    const draft = claim('DragonflyInstance', await newNamespace(api, 'rights'), 'sessions');
    await api.apply(draft);
    await using _ = operate(api, draft.metadata.namespace);
    await settled(api, draft, 'Ready', 'True');
    await limit('dragonflies', ['get', 'list', 'watch']);
    await api.patch(draft, { spec: { size: 'large' } });
    const refused = await settled(api, draft, 'Synced', 'False');
    const { message } = condition(refused, 'Synced') ?? {};
    expect(message).toContain(
      `${documented} "dragonflies" in API group "dragonflydb.io" in the namespace "${draft.metadata.namespace}"`,
    );
    await api.apply(await ourRole());
    await settled(api, draft, 'Synced', 'True', 60);
  });

  it(
    'with no right at all an event of the claim says what is missing, and the claim heals when it is granted',
    { timeout: 480_000 },
    async () => {
      await limit('podmonitors', []);
      // Until now it may have watched them; from here on it may not.
      await restartPart(engine, 'crossplane');
      const draft = claim('PostgresInstance', await newNamespace(api, 'rights'), 'orders', {
        monitoring: true,
      });
      await api.apply(draft);
      const said = await until(
        'an event says it',
        async () => {
          const events = await api.list('v1', 'Event', draft.metadata.namespace);
          return events
            .map((event) => String(event['message']))
            .find((message) => message.includes('podmonitors'));
        },
        { seconds: 180 },
      );
      expect(said).toContain(`${documented} "podmonitors" in API group "monitoring.coreos.com"`);
      await api.apply(await ourRole());
      await using _ = operate(api, draft.metadata.namespace);
      await settled(api, draft, 'Ready', 'True', 240);
    },
  );

  it('docs/troubleshooting.md has the message', async () => {
    expect(await readFile(join(root, 'docs/troubleshooting.md'), 'utf8')).toContain(documented);
  });
});
