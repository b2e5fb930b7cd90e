import { beforeAll, expect, it } from 'vitest';
import { kinds } from '../../functions/kinds/registry.ts';
import { newNamespace } from './claims.ts';
import { describeEngine } from './engine.ts';
import { until } from './until.ts';

const claims = kinds.map(
  ({ apiVersion, kind }) => [apiVersion.split('/')[0] ?? '', `${kind.toLowerCase()}s`] as const,
);

/** What a RoleBinding to each role of Kubernetes' own lets somebody do with claims, and what it does not. */
const roles = [
  { role: 'view', may: ['get', 'list', 'watch'], mayNot: ['create', 'patch', 'delete'] },
  {
    role: 'edit',
    may: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
    mayNot: ['escalate'],
  },
  {
    role: 'admin',
    may: ['get', 'create', 'update', 'patch', 'delete', 'deletecollection'],
    mayNot: ['bind'],
  },
] as const;

describeEngine("claims belong to Kubernetes' own roles", ({ api }) => {
  let namespace: string;
  beforeAll(async () => {
    namespace = await newNamespace(api, 'access');
    for (const { role } of roles)
      await api.apply({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { name: `claims-${role}`, namespace },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: `the-${role}` }],
      });
  });

  /** As `kubectl auth can-i` asks. */
  async function can(user: string, verb: string, group: string, resource: string, where = namespace) {
    const review = await api.create({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      metadata: { name: '' },
      spec: { user, resourceAttributes: { namespace: where, verb, group, resource } },
    });
    return (review['status'] as { allowed: boolean }).allowed;
  }

  for (const { role, may, mayNot } of roles)
    it.each(claims)(`${role}: %s/%s`, async (group, resource) => {
      const user = `the-${role}`;
      for (const verb of may)
        await until(`${role} may ${verb} ${resource}`, () => can(user, verb, group, resource));
      for (const verb of mayNot) expect(await can(user, verb, group, resource), verb).toBe(false);
      expect(await can(user, 'get', group, resource, 'default')).toBe(false);
      expect(await can('a-stranger', 'get', group, resource)).toBe(false);
      expect(await can(user, 'update', group, `${resource}/status`)).toBe(false);
    });

  it.each([
    { verb: 'get', name: 'zerotouch', allowed: true },
    { verb: 'get', name: 'another', allowed: false },
    { verb: 'patch', name: 'zerotouch', allowed: false },
  ])('whoever is signed in and wants to $verb EnvironmentConfig $name: $allowed', async (asked) => {
    const { verb, name, allowed } = asked;
    const group = 'apiextensions.crossplane.io';
    const review = await api.create({
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      metadata: { name: '' },
      spec: {
        user: 'somebody',
        groups: ['system:authenticated'],
        resourceAttributes: { verb, group, resource: 'environmentconfigs', name },
      },
    });
    expect(review['status']).toMatchObject({ allowed });
  });
});
