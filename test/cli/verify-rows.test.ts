import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Cluster } from '../../cli/cluster/cluster.ts';
import { ownClusterBase } from '../../cli/input/cluster-base.ts';
import type { Check } from '../../cli/verify/check.ts';
import { verify } from '../../cli/verify/verify.ts';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { at, metadataOf, object } from '../../functions/composition/read.ts';
import { readYaml } from '../../render/yaml/read.ts';
import { platform } from '../claims/offers.ts';
import { claimWith, having, installedObjects, memoryCluster } from './memory-cluster.ts';
import type { Rule } from './memory-cluster.ts';

const ready = ['Synced', 'Ready', 'StreamReady'];
const served = (apiVersion: string, kind: string): JsonObject => ({
  apiVersion,
  kind,
  metadata: { name: 'some', namespace: 'elsewhere' },
});

/** A cluster in which all is well, with two claims and the operators that they ask for. */
const whole: readonly JsonObject[] = [
  ...(await installedObjects()),
  served('postgresql.cnpg.io/v1', 'Cluster'),
  served('keda.sh/v1alpha1', 'ScaledObject'),
  claimWith('PostgresInstance', 'orders', ...ready),
  claimWith('AgentExecutor', 'bot', ...ready),
];

async function rowsOf(objects: readonly JsonObject[], rules?: readonly Rule[]): Promise<readonly Check[]> {
  const expected = { platform, base: await ownClusterBase(), version: '0.1.0' };
  return verify(new Cluster(memoryCluster(objects, rules)), expected, undefined);
}

const ills = (rows: readonly Check[]) =>
  rows.flatMap(({ subject, state, found }) =>
    state === 'wrong' || state === 'unseen' ? [`${state} ${subject}: ${found}`] : [],
  );

test('all is well with the rights that docs/program.md names, and no more', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/program.md'), 'utf8');
  const [role] = readYaml(/```yaml\n(apiVersion: rbac[^`]*)```/.exec(page)?.[1] ?? '');
  const rows = await rowsOf(whole, at(role?.value, 'rules') as unknown as readonly Rule[]);
  expect(ills(rows)).toEqual([]);
  expect(rows.find(({ subject }) => subject === 'KEDA')).toMatchObject({ state: 'well', found: 'served' });
});

test('lines of a policy that kustomize has broken elsewhere are no other policy', async () => {
  const broken = whole.map((each) =>
    each.kind === 'ValidatingAdmissionPolicy'
      ? (JSON.parse(JSON.stringify(each).replaceAll('\\n', '\\n\\n')) as JsonObject)
      : each,
  );
  expect(JSON.stringify(broken)).not.toBe(JSON.stringify(whole));
  expect(ills(await rowsOf(broken))).toEqual([]);
});

const named = (kind: string, name: string) => (each: JsonObject) =>
  each.kind === kind && metadataOf(each).name.startsWith(name);

/** Everything, but for the objects that are meant. */
const without = (isMeant: (each: JsonObject) => boolean) => whole.filter((each) => !isMeant(each));

/** Everything, with another object in the place of the one that is meant. */
const changed = (isMeant: (each: JsonObject) => boolean, change: (each: JsonObject) => JsonObject) =>
  whole.map((each) => (isMeant(each) ? change(each) : each));

const failed = (type: string, message: string) => ({
  status: { message, conditions: [{ type, status: 'False', reason: 'Failed', message }] },
});

test.each<{ reason: string; objects: readonly JsonObject[]; says: string }>([
  {
    reason: 'no Crossplane',
    objects: without(({ kind }) => kind === 'CompositeResourceDefinition'),
    says: 'wrong Crossplane: CompositeResourceDefinition (apiextensions.crossplane.io/v2) is not served',
  },
  {
    reason: 'an older Crossplane',
    objects: changed(named('Deployment', 'crossplane'), (each) => ({
      ...each,
      spec: { template: { spec: { containers: [{ image: 'x.example:5000/crossplane:v2.3.1' }] } } },
    })),
    says: 'wrong Crossplane: v2.3.1',
  },
  {
    reason: 'a Crossplane without Pods',
    objects: changed(named('Deployment', 'crossplane'), (each) => ({ ...each, status: {} })),
    says: 'wrong Crossplane: v2.4.0, and no Pod of it is available',
  },
  {
    reason: 'a Crossplane that another tool has installed',
    objects: without(named('Deployment', 'crossplane')),
    says: 'unseen Crossplane: its kinds are served, but no Deployment has the label app=crossplane',
  },
  {
    reason: 'no Configuration',
    objects: without(({ kind }) => kind === 'Configuration'),
    says: 'wrong Configuration: not installed',
  },
  {
    reason: 'no Function',
    objects: without(({ kind }) => kind === 'Function'),
    says: 'wrong ObjectBucket: its Composition calls Function bizmatters-function-zerotouch, which is not',
  },
  {
    reason: 'a Function that is not healthy',
    objects: changed(
      ({ kind }) => kind === 'Function',
      (each) => ({ ...each, ...failed('Installed', 'cannot pull') }),
    ),
    says: 'wrong Function bizmatters-function-zerotouch: v0.1.0 is not installed: cannot pull',
  },
  {
    reason: 'a Configuration newer than its Function',
    objects: changed(
      ({ kind }) => kind === 'Configuration',
      (each) => ({ ...each, spec: { package: 'ghcr.io/bizmatters/zerotouch:v0.2.0' } }),
    ),
    says: "wrong Function bizmatters-function-zerotouch: v0.1.0, older than the Configuration's v0.2.0",
  },
  {
    reason: 'no definition of a kind',
    objects: without(named('CompositeResourceDefinition', 'webapplications.')),
    says: 'wrong WebApplication: no XRD webapplications.platform.bizmatters.io',
  },
  {
    reason: 'a definition of another version',
    objects: changed(named('CompositeResourceDefinition', 'objectbuckets.'), (each) => ({
      ...each,
      spec: { ...object(each.spec), versions: [{ name: 'v1alpha1', schema: { openAPIV3Schema: {} } }] },
    })),
    says: 'wrong ObjectBucket: established, with the schema of another version',
  },
  {
    reason: 'no Composition of a kind',
    objects: without(named('Composition', 'agentexecutors.')),
    says: 'wrong AgentExecutor: no Composition agentexecutors.platform.bizmatters.io',
  },
  {
    reason: 'a policy that is missing',
    objects: without(named('ValidatingAdmissionPolicy', 'zerotouch-retained-objects')),
    says: 'wrong Admission policies: missing: ValidatingAdmissionPolicy zerotouch-retained-objects',
  },
  {
    reason: 'a role that lacks what this version has in it',
    objects: changed(named('ClusterRole', 'zerotouch-composed-kinds'), (each) => ({ ...each, rules: [] })),
    says: 'wrong Roles: not as this version has it: ClusterRole zerotouch-composed-kinds',
  },
  {
    reason: 'settings that are none',
    objects: [
      ...whole,
      {
        apiVersion: 'apiextensions.crossplane.io/v1beta1',
        kind: 'EnvironmentConfig',
        metadata: { name: 'zerotouch' },
        data: { clusterDomains: 'example' },
      },
    ],
    says: 'wrong Platform settings: data.clusterDomains is no setting',
  },
  {
    reason: 'an operator that a claim asks for',
    objects: without(({ kind }) => kind === 'Cluster'),
    says: 'wrong CloudNativePG: Cluster not served; asked for by PostgresInstance shop/orders',
  },
  {
    reason: 'an ExternalSecret of a claim that has failed',
    objects: [
      ...whole,
      {
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata: { name: 'keys', namespace: 'shop' },
        spec: { target: { name: 'bot-llm-keys' } },
        ...failed('Ready', 'no such key'),
      },
    ],
    says: 'wrong External Secrets: shop/keys: no such key',
  },
  {
    reason: 'a claim that is not Ready',
    objects: changed(named('PostgresInstance', 'orders'), (each) => ({
      ...having(each, 'Synced'),
      status: { conditions: [{ type: 'Synced', status: 'True' }], message: 'The database waits.' },
    })),
    says: 'wrong PostgresInstance shop/orders: The database waits.',
  },
  {
    reason: 'a claim that Crossplane cannot reconcile',
    objects: changed(named('PostgresInstance', 'orders'), (each) => ({
      ...each,
      ...failed('Synced', 'cannot compose'),
    })),
    says: 'wrong PostgresInstance shop/orders: cannot compose',
  },
  {
    reason: 'a stream that NATS has refused',
    objects: changed(named('AgentExecutor', 'bot'), (each) => ({
      ...each,
      ...failed('StreamReady', 'failed'),
    })),
    says: 'wrong Streams in NATS: AgentExecutor shop/bot: failed',
  },
])('$reason has its row', async ({ objects, says }) => {
  const rows = ills(await rowsOf(objects));
  expect(rows.filter((each) => each.startsWith(says))).toHaveLength(1);
});

test('somebody without any right sees that nothing of it is seen, and nothing is called wrong', async () => {
  const rows = ills(await rowsOf(whole, []));
  expect(rows.filter((each) => each.startsWith('wrong'))).toEqual([]);
  const subjects = ['Crossplane', 'Function', 'PostgresInstance', 'Admission policies', 'Roles'];
  for (const subject of [...subjects, 'Claims of PostgresInstance'])
    expect(rows).toContainEqual(expect.stringMatching(new RegExp(`^unseen ${subject}: .*is forbidden$`)));
});

test('of a cluster that does not answer nothing is said', async () => {
  const away = { get: async () => ({ status: 500, body: 'dial tcp: refused' }), close: async () => {} };
  const expected = { platform, base: [], version: '0.1.0' };
  await expect(verify(new Cluster(away), expected, undefined)).rejects.toThrow(
    'cannot reach the cluster: dial tcp: refused',
  );
});
