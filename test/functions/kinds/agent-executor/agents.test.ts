import { expect, test } from 'vitest';
import type { JsonObject, Lookup, Response } from '../../../../functions/composition/contract.ts';
import { at, list } from '../../../../functions/composition/read.ts';
import { call, claim, objectOf } from '../../call.ts';

const image = 'registry.example/worker:v1';
const configMap = (...names: string[]) => ({ data: Object.fromEntries(names.map((name) => [name, '{}'])) });
const agents = { configMaps: ['mine', 'shared'] };
const found = {
  'agents-mine': configMap('writer.json'),
  'agents-shared': configMap('editor.json', 'README.md'),
};

function compose(required: Record<string, Lookup> = found, spec: JsonObject = { agents }) {
  return call(claim('AgentExecutor', { image, ...spec }), { required: { api: null, ...required } });
}

const podOf = (response: Response) => at(objectOf(response, 'deployment'), 'spec', 'template', 'spec');
const agentsReady = ({ conditions }: Response) => conditions.find(({ type }) => type === 'AgentsReady');

test('ConfigMaps are asked for by name in the namespace of the claim', () => {
  const { requirements } = compose();
  expect(Object.values(requirements).filter(({ kind }) => kind === 'ConfigMap')).toEqual([
    { apiVersion: 'v1', kind: 'ConfigMap', name: 'mine', namespace: 'shop' },
    { apiVersion: 'v1', kind: 'ConfigMap', name: 'shared', namespace: 'shop' },
  ]);
});

test('workers read all of them in one folder, which nobody can write, and nobody else has it', () => {
  const response = compose();
  const pod = podOf(response);
  const [worker] = list(at(pod, 'containers'));
  expect(list(at(worker, 'env'))).toContainEqual({ name: 'AGENTS_DIR', value: '/etc/agents' });
  const mount = { name: 'agent-definitions', mountPath: '/etc/agents', readOnly: true };
  expect(list(at(worker, 'volumeMounts'))).toContainEqual(mount);
  expect(list(at(pod, 'volumes'))).toContainEqual({
    name: 'agent-definitions',
    projected: { sources: [{ configMap: { name: 'mine' } }, { configMap: { name: 'shared' } }] },
  });
  const others = response.resources.filter(({ key }) => key !== 'deployment');
  expect(JSON.stringify([at(pod, 'initContainers'), others])).not.toContain('agent-definitions');
});

test('a change of them rolls no Pods', () => {
  const changed = { ...found, 'agents-mine': configMap('writer.json', 'another.json') };
  expect(objectOf(compose(changed), 'deployment')).toEqual(objectOf(compose(), 'deployment'));
});

test.each<{ has: Record<string, Lookup>; says: JsonObject }>([
  { has: found, says: { status: 'True', reason: 'Found' } },
  { has: { 'agents-mine': found['agents-mine'] }, says: { status: 'Unknown', reason: 'LookingUp' } },
  {
    has: { ...found, 'agents-mine': null },
    says: { status: 'False', reason: 'Missing', message: 'Pods wait for ConfigMap mine.' },
  },
  {
    has: { 'agents-mine': null, 'agents-shared': null },
    says: { status: 'False', message: 'Pods wait for ConfigMap mine, ConfigMap shared.' },
  },
  {
    has: { ...found, 'agents-mine': { data: { 'a.json': '[]', 'b.json': '{' } } },
    says: {
      status: 'False',
      reason: 'NotUsable',
      message: 'a.json in ConfigMap mine is no JSON object; b.json in ConfigMap mine is no JSON object.',
    },
  },
  {
    has: { ...found, 'agents-mine': configMap('editor.json') },
    says: { status: 'False', message: 'editor.json stands in ConfigMap mine and in ConfigMap shared.' },
  },
  {
    has: { ...found, 'agents-mine': { data: { 'writer.yaml': 'nodes: []' } } },
    says: { status: 'False', message: 'ConfigMap mine has no file that ends in .json.' },
  },
])('the claim says of them: $says', ({ has, says }) => {
  expect(agentsReady(compose(has))).toMatchObject(says);
});

test('the message of a claim whose Secrets are there is what its agents lack', () => {
  const secrets = Object.fromEntries(
    Object.entries({
      postgres: ['POSTGRES_HOST', 'POSTGRES_PORT', 'POSTGRES_DB', 'POSTGRES_USER', 'POSTGRES_PASSWORD'],
      dragonfly: ['DRAGONFLY_HOST', 'DRAGONFLY_PORT', 'DRAGONFLY_PASSWORD'],
      llm: ['OPENAI_API_KEY'],
    }).map(([key, names]) => [key, configMap(...names)]),
  );
  const { status } = compose({ ...secrets, ...found, 'agents-shared': null });
  expect(status).toMatchObject({ phase: 'Pending', message: 'Pods wait for ConfigMap shared.' });
});

test('a claim that names none has no such condition, nothing mounted and its own variable', () => {
  const env = [{ name: 'AGENTS_DIR', value: '/volumes/agents' }];
  const response = compose({}, { env });
  expect(response.results).toEqual([]);
  expect(agentsReady(response)).toBeUndefined();
  expect(JSON.stringify(podOf(response))).not.toContain('/etc/agents');
});

test.each<{ spec: JsonObject; says: string }>([
  {
    spec: { env: [{ name: 'AGENTS_DIR', value: '/a' }] },
    says: 'spec.env[0].name: AGENTS_DIR is set by this claim; use its own field',
  },
  {
    spec: { volumes: [{ name: 'agent-definitions' }] },
    says: 'spec.volumes[0].name: agent-definitions is taken; choose another',
  },
  {
    spec: { volumes: [{ name: 'a', mountPath: '/etc/agents' }] },
    says: 'spec.volumes[0].mountPath: /etc/agents has a volume already',
  },
])('refused beside agents: $says', ({ spec, says }) => {
  expect(
    compose(found, { agents, ...spec })
      .results.map(({ message }) => message)
      .join(),
  ).toContain(says);
});
