import { loadAll } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../functions/composition/contract.ts';
import { at, list, text } from '../../functions/composition/read.ts';
import { kinds } from '../../functions/kinds/registry.ts';
import { folderOf } from '../../generate/xrds.ts';
import { kindNames, offerNamed } from '../claims/offers.ts';
import { composedOf, kindsOf } from '../claims/settled.ts';
import { filesIn, read } from '../structure/sources.ts';

const documents = (path: string) => loadAll(read(path)) as Json[];
const has = (value: Json | undefined, name: string) => list(value).includes(name);

/** `deployments.apps`. Kubernetes has no other plurals than these. */
function pluralOf([apiVersion, kind]: readonly [string, string]): string {
  const plural = `${kind.toLowerCase().replace(/(?<![aeiou])y$/, 'ie')}s`;
  return apiVersion.includes('/') ? `${plural}.${apiVersion.split('/')[0]}` : plural;
}

/** What Crossplane may write anyway: by its chart, and claims by its RBAC manager. */
const ofCrossplane = [
  'secrets',
  'services',
  'serviceaccounts',
  'deployments.apps',
  ...kindNames.map((kind) => offerNamed(kind).definition.name),
];

describe('package/cluster/composed-kinds.yaml', () => {
  const verbs = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'];
  const rules = documents('package/cluster/composed-kinds.yaml')
    .filter((each) => at(each, 'kind') === 'ClusterRole')
    .flatMap((role) => list(at(role, 'rules')));
  const granted = rules
    .filter((rule) => verbs.every((verb) => has(at(rule, 'verbs'), verb)))
    .flatMap((rule) =>
      list(at(rule, 'resources')).flatMap((name) =>
        list(at(rule, 'apiGroups')).map((group) => `${text(name)}.${text(group)}`),
      ),
    );
  const composed = new Map(kindNames.map((kind) => [kind, kindsOf(composedOf(kind)).map(pluralOf)]));

  test.each(kindNames)('lets Crossplane write everything that %s is composed of', (kind) => {
    const missing = composed
      .get(kind)
      ?.filter((name) => !ofCrossplane.includes(name) && !granted.includes(name));
    expect(missing, 'add a rule for each to package/cluster/composed-kinds.yaml').toEqual([]);
  });

  test('lets it write nothing that no claim is composed of', () => {
    const needed = new Set([...composed.values()].flat());
    expect(granted.filter((name) => !needed.has(name))).toEqual([]);
  });
});

describe('package/cluster/deletion-protection.yaml', () => {
  const rules = documents('package/cluster/deletion-protection.yaml')
    .filter((each) => at(each, 'kind') === 'ValidatingAdmissionPolicy')
    .flatMap((policy) => list(at(policy, 'spec', 'matchConstraints', 'resourceRules')))
    .filter((rule) => has(at(rule, 'operations'), 'DELETE'));
  const isGuarded = (name: string) => {
    const [plural = '', ...group] = name.split('.');
    return rules.some(
      (rule) => has(at(rule, 'apiGroups'), group.join('.')) && has(at(rule, 'resources'), plural),
    );
  };
  const isProtectable = (kind: string) =>
    offerNamed(kind).definition.spec.properties?.deletionProtection !== undefined;

  test.each(kindNames.filter(isProtectable))('guards %s, which has deletionProtection', (kind) => {
    const { name } = offerNamed(kind).definition;
    expect(isGuarded(name), `add ${name} to package/cluster/deletion-protection.yaml`).toBe(true);
    expect(
      read('package/cluster/protected-kinds.yaml'),
      'the definition of a kind takes its claims along',
    ).toContain(`'${name}'`);
  });
});

describe('package/cluster/claim-access.yaml', () => {
  const roles = documents('package/cluster/claim-access.yaml');

  test.each(kindNames)('lets viewers read %s and editors write it', (kind) => {
    const [plural = '', ...group] = offerNamed(kind).definition.name.split('.');
    for (const role of roles) {
      const isThere = list(at(role, 'rules')).some(
        (rule) => has(at(rule, 'apiGroups'), group.join('.')) && has(at(rule, 'resources'), plural),
      );
      expect(isThere, `add ${plural} to ${text(at(role, 'metadata', 'name'))}`).toBe(true);
    }
  });
});

test.each(kinds.map(({ apiVersion, kind }) => ({ group: apiVersion.split('/')[0], kind })))(
  'package/cluster/argocd/component/kustomization.yaml teaches Argo CD the health of $kind',
  ({ group, kind }) => {
    const [component] = documents('package/cluster/argocd/component/kustomization.yaml');
    const files = list(at(component, 'configMapGenerator')).flatMap((each) => list(at(each, 'files')));
    expect(files).toContain(`resource.customizations.health.${group}_${kind}=health.lua`);
  },
);

describe.each(kindNames)('people are told of %s', (kind) => {
  test('README.md says what it is for, in the table of kinds', () => {
    expect(read('README.md')).toMatch(new RegExp(`^\\| \`${kind}\` +\\| \\S`, 'm'));
  });

  test('an example shows all of its fields', () => {
    expect(filesIn(`examples/${folderOf(kind)}/full.yaml`)).toHaveLength(1);
  });
});
