import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { JsonObject, Observed } from '../../functions/composition/contract.ts';
import { list, metadataOf, object, text } from '../../functions/composition/read.ts';
import { isObject } from '../../functions/composition/schema.ts';
import { compareWithCluster } from '../../render/difference/compare-cluster.ts';
import type { Difference } from '../../render/difference/compare-claims.ts';
import { offerOf } from '../../render/platform.ts';
import { readYaml } from '../../render/yaml/read.ts';
import { platform, root } from '../golden/cases.ts';

/** What each example became in version 0.1.0, with the claim first. */
const released = 'test/engine/released/v0.1.0';
const files = (await readdir(join(root, released), { recursive: true })).filter((file) =>
  file.endsWith('.yaml'),
);

async function objectsOf(path: string): Promise<JsonObject[]> {
  const content = await readFile(path, 'utf8').catch(() => '');
  return readYaml(content)
    .map(({ value }) => value)
    .filter(isObject);
}

/** The claim that such a file begins with, as its author wrote it, and the objects that it became. */
async function rendered(path: string): Promise<{ claim: JsonObject; composed: JsonObject[] }> {
  const [whole = {}, ...others] = await objectsOf(join(root, path));
  const { crossplane: _, ...spec } = object(whole['spec']);
  return { claim: { ...whole, spec }, composed: others.filter(({ kind }) => kind !== 'Result') };
}

/** What an upgrade comes to where the claim's objects are these. */
function upgrade(
  claim: JsonObject,
  observed: readonly Observed[],
  required: readonly Observed[] = [],
): Difference {
  const offer = offerOf(platform, claim);
  if (offer === undefined) throw new Error('no such kind');
  const comparison = compareWithCluster(platform, offer, claim, { observed, required });
  if (comparison.kind === 'unreadable') throw new Error(JSON.stringify(comparison.problems));
  return comparison.difference;
}

/** Keys of the objects whose Pods stop or restart, or of which something is lost, with the sentence. */
function effects({ objects }: Difference): string[] {
  return objects.flatMap((each) => {
    const found = each.kind === 'changed' ? each.changes.flatMap((change) => change.effects) : [];
    const sentences = [...new Set(found.map(({ kind, text }) => `${each.key}: ${kind}: ${text}`))];
    return each.kind === 'deleted' ? [...sentences, `${each.key}: deleted`] : sentences;
  });
}

const announced: Readonly<Record<string, readonly string[]>> = {
  AgentExecutor: ['deployment: restarts: rolls the Pods'],
  PostgresInstance: [],
  DragonflyInstance: [],
};

test.each(files)('an upgrade from v0.1.0 restarts what the changelog says: %s', async (file) => {
  const { claim, composed } = await rendered(join(released, file));
  const required = await objectsOf(join(root, 'examples', file.replace('.yaml', '.required.yaml')));
  expect(effects(upgrade(claim, composed, required))).toEqual(announced[text(claim['kind'])]);
});

test('nothing changes where the cluster has what this version makes', async () => {
  const { claim, composed } = await rendered('test/golden/postgres-instance/minimal.yaml');
  expect(upgrade(claim, composed).objects).toEqual([]);
});

/** A Deployment of ours with a field that no version of today sets, said to be set by this manager. */
async function withMore(manager: string): Promise<string[]> {
  const { claim, composed } = await rendered('test/golden/agent-executor/minimal.yaml');
  const managedFields = [
    { manager, operation: 'Apply', fieldsV1: { 'f:spec': { 'f:minReadySeconds': {} } } },
  ];
  const observed = composed.map((each) =>
    each['kind'] === 'Deployment'
      ? {
          ...each,
          metadata: { ...object(each['metadata']), managedFields },
          spec: { ...object(each['spec']), minReadySeconds: 10, paused: false },
        }
      : each,
  );
  return upgrade(claim, observed).objects.flatMap((each) =>
    each.kind === 'changed' ? each.changes.map(({ change }) => `${each.key} ${change.path}`) : [],
  );
}

test('a field goes only where Crossplane has set it', async () => {
  expect(await withMore('apiextensions.crossplane.io/composed/0123')).toEqual([
    'deployment spec.minReadySeconds',
  ]);
  expect(await withMore('kubectl-edit')).toEqual([]);
});

test('a claim from Git, without a uid, is the one that controls the objects', async () => {
  const { claim, composed } = await rendered(join(released, 'postgres-instance/minimal.yaml'));
  const observed = composed.map((each) => {
    const metadata = object(each['metadata']);
    const owners = list(metadata['ownerReferences']).map(object);
    const ownerReferences = owners.map((owner) => ({ ...owner, uid: 'of-the-cluster' }));
    return { ...each, metadata: { ...metadata, ownerReferences } };
  });
  const { name, namespace } = metadataOf(claim);
  expect(effects(upgrade({ ...claim, metadata: { name, namespace } }, observed))).toEqual([]);
});

test('what the API server adds to members of lists stays, and what Crossplane set there goes', async () => {
  const { claim, composed } = await rendered('test/golden/agent-executor/minimal.yaml');
  const ours = { 'f:name': {}, 'f:image': {}, 'f:tty': {} };
  const key = (name: string) => `k:${JSON.stringify({ name })}`;
  const containers = { [key('worker')]: { '.': {}, ...ours }, [key('side')]: { '.': {}, 'f:name': {} } };
  const fieldsV1 = { 'f:spec': { 'f:template': { 'f:spec': { 'f:containers': containers } } } };
  const managedFields = [
    { manager: 'apiextensions.crossplane.io/composed/0123', operation: 'Apply', fieldsV1 },
  ];
  const observed = composed.map((each) => {
    if (each['kind'] !== 'Deployment') return each;
    const deployment = structuredClone(each);
    const pods = object(object(object(deployment['spec'])['template'])['spec']);
    const [worker] = list(pods['containers']).map(object);
    pods['containers'] = [
      { ...worker, tty: true, terminationMessagePolicy: 'File' },
      { name: 'side' },
      { name: 'injected' },
    ];
    return { ...deployment, metadata: { ...object(each['metadata']), managedFields } };
  });
  const changes = upgrade(claim, observed).objects.flatMap((each) =>
    each.kind === 'changed' ? each.changes.map(({ change }) => change.path) : [],
  );
  expect(changes).toEqual([
    'spec.template.spec.containers[worker].tty',
    'spec.template.spec.containers[side]',
  ]);
});
