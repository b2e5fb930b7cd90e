import { expect, test } from 'vitest';
import { at, list, metadataOf, object } from '../../functions/composition/read.ts';
import { document, documents, objectsIn, platform, read } from './repositories.ts';

const labelsOfPods = ['agent-executor', 'web-application'].map((kind) => {
  const objects = documents(`test/golden/${kind}/minimal.yaml`).map(object);
  const deployment = objects.find((each) => each.kind === 'Deployment') ?? {};
  return { kind, labels: object(at(deployment, 'spec', 'template', 'metadata', 'labels')) };
});

test.each(labelsOfPods)('the policies of a mesh are for the Pods of $kind', ({ labels }) => {
  const policies = objectsIn(`${platform}/platform/mesh`);
  expect(policies).toHaveLength(2);
  for (const policy of policies)
    expect(labels).toMatchObject(object(at(policy, 'spec', 'selector', 'matchLabels')));
});

test('the authority that the page on caches names is there, and its key is where it is looked for', () => {
  const objects = objectsIn(`${platform}/platform/certificates`);
  const internal = objects.find((each) => metadataOf(each).name === 'internal') ?? {};
  const secrets = objects.map((each) => at(each, 'spec', 'secretName')).filter((name) => name !== undefined);
  expect(read('docs/caches.md')).toContain('issuer: { kind: ClusterIssuer, name: internal }');
  expect([at(internal, 'spec', 'ca', 'secretName')]).toEqual(secrets);
});

test('the store of LocalStack is that of AWS but for the login', () => {
  const of = (name: string) => {
    const store = document(`${platform}/platform/secret-store/${name}/cluster-secret-store.yaml`);
    const { auth, ...aws } = object(at(store, 'spec', 'provider', 'aws'));
    return { auth: Object.keys(object(auth)), aws, conditions: list(at(store, 'spec', 'conditions')) };
  };
  expect(of('localstack')).toEqual({ ...of('aws'), auth: ['secretRef'] });
});
