import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../../functions/composition/contract.ts';
import { at, list, object } from '../../../functions/composition/read.ts';
import { call, claim, objectOf } from '../call.ts';

const image = 'registry.example/worker:v1';
const compose = (spec: JsonObject) => {
  const response = call(claim('AgentExecutor', { image, ...spec }));
  expect(response.results).toEqual([]);
  const job = response.resources.find(({ key }) => key.startsWith('stream-job-'))?.key ?? '';
  const template = (key: string) => object(at(objectOf(response, key), 'spec', 'template'));
  return { workers: template('deployment'), stream: template(job), response };
};

describe('Pods', () => {
  const spec = {
    placement: {
      nodeSelector: { pool: 'agents' },
      tolerations: [{ key: 'agents', operator: 'Exists' }],
      priorityClassName: 'batch',
    },
    runtimeClassName: 'gvisor',
    podLabels: { team: 'a', 'app.kubernetes.io/name': 'another' },
    podAnnotations: { 'sidecar.istio.io/inject': 'false' },
    volumes: [{ name: 'ca', configMap: { name: 'corp-ca' } }],
  };

  test.each(['workers', 'stream'] as const)('of the %s are placed and marked as the claim says', (which) => {
    const pod = compose(spec)[which];
    expect(pod.spec).toMatchObject({
      nodeSelector: { pool: 'agents' },
      tolerations: [{ key: 'agents', operator: 'Exists' }],
      priorityClassName: 'batch',
      runtimeClassName: 'gvisor',
      volumes: expect.arrayContaining([{ name: 'ca', configMap: { name: 'corp-ca' } }]) as Json,
    });
    expect(pod.metadata).toMatchObject({
      labels: { team: 'a', 'app.kubernetes.io/name': 'orders' },
      annotations: { 'sidecar.istio.io/inject': 'false' },
    });
    const [container] = list(at(pod, 'spec', 'containers'));
    expect(at(container, 'volumeMounts')).toContainEqual({
      name: 'ca',
      mountPath: '/volumes/ca',
      readOnly: true,
    });
  });

  test.each([
    { spread: undefined, keys: ['kubernetes.io/hostname'] },
    { spread: 'zones', keys: ['kubernetes.io/hostname', 'topology.kubernetes.io/zone'] },
    { spread: 'none', keys: [] },
  ])('are spread over $keys with $spread', ({ spread, keys }) => {
    const { workers, stream } = compose(spread === undefined ? {} : { placement: { spread } });
    const found = list(at(workers, 'spec', 'topologySpreadConstraints'));
    expect(found.map((each) => at(each, 'topologyKey'))).toEqual(keys);
    expect(found.every((each) => at(each, 'whenUnsatisfiable') === 'ScheduleAnyway')).toBe(true);
    expect(at(stream, 'spec', 'topologySpreadConstraints')).toBeUndefined();
  });

  test('wait for the Secret of a volume', () => {
    const { response } = compose({ volumes: [{ name: 'tls', secret: { secretName: 'mine' } }] });
    expect(response.requirements).toMatchObject({ 'volume-mine': { name: 'mine' } });
  });
});

test.each([
  {
    spec: { placement: { nodeSelector: { 'a b': 'c' } } },
    says: 'spec.placement.nodeSelector.a b: is no key',
  },
  { spec: { placement: { tolerations: [{ value: 'x' }] } }, says: 'tolerations[0]: key is needed' },
  {
    spec: { placement: { tolerations: [{ key: 'a', operator: 'Exists', value: 'x' }] } },
    says: 'spec.placement.tolerations[0]: value is nothing to operator Exists',
  },
  {
    spec: { placement: { tolerations: [{ key: 'a', tolerationSeconds: 1 }] } },
    says: 'tolerations[0]: tolerationSeconds is for effect NoExecute only',
  },
  { spec: { podLabels: { a: 'b c' } }, says: 'spec.podLabels.a: "b c" is no value' },
  { spec: { podAnnotations: { 'a/': 'b' } }, says: 'spec.podAnnotations.a/: is no key' },
  {
    spec: { serviceAccountAnnotations: { '/a': 'b' } },
    says: 'spec.serviceAccountAnnotations./a: is no key',
  },
  {
    spec: { volumes: [{ name: 'a', configMap: { name: 'a' }, secret: { secretName: 'a' } }] },
    says: 'spec.volumes[0]: only one of configMap',
  },
  { spec: { volumes: [{ name: 'tmp' }] }, says: 'spec.volumes[0].name: tmp is taken' },
  { spec: { volumes: [{ name: 'a', mountPath: '/tmp' }] }, says: '/tmp has a volume already' },
  {
    spec: { volumes: [{ name: 'a', mountPath: 'a' }] },
    says: 'spec.volumes[0].mountPath: expected',
  },
  { spec: { runtimeClassName: 'A' }, says: 'spec.runtimeClassName: expected' },
])('$says', ({ spec, says }) => {
  const [result] = call(claim('AgentExecutor', { image, ...spec })).results;
  expect(result?.message).toContain(says);
});
