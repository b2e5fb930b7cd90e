import { describe, expect, test } from 'vitest';
import type {
  Json,
  JsonObject,
  Lookup,
  Observed,
  Response,
} from '../../../../functions/composition/contract.ts';
import { at, list, object, text } from '../../../../functions/composition/read.ts';
import { call, claim, decodedData, objectOf } from '../../call.ts';

const image = 'registry.example/worker:v1';
const secret = (...names: string[]): Observed => ({
  data: Object.fromEntries(names.map((name) => [name, btoa(`the ${name}`)])),
});
const postgres = secret(
  'POSTGRES_HOST',
  'POSTGRES_PORT',
  'POSTGRES_DB',
  'POSTGRES_USER',
  'POSTGRES_PASSWORD',
);
const dragonfly = secret('DRAGONFLY_HOST', 'DRAGONFLY_PORT', 'DRAGONFLY_PASSWORD');
const llm = secret('OPENAI_API_KEY');
const all = { postgres, dragonfly, llm, api: null };

function compose(
  required: Record<string, Lookup>,
  spec: JsonObject = {},
  observed: Record<string, Observed> = {},
) {
  const response = call(claim('AgentExecutor', { image, ...spec }), { required, observed });
  expect(response.results).toEqual([]);
  return response;
}

const container = (response: Response): Json =>
  list(at(objectOf(response, 'deployment'), 'spec', 'template', 'spec', 'containers'))[0] ?? null;
const variables = (response: Response) => list(at(container(response), 'env'));
const named = (response: Response) => variables(response).map((each) => text(at(each, 'name')));
const checksum = (response: Response) =>
  text(
    at(
      objectOf(response, 'deployment'),
      'spec',
      'template',
      'metadata',
      'annotations',
      'zerotouch.bizmatters.io/secrets-checksum',
    ),
  );
const isPaused = (response: Response) => at(objectOf(response, 'deployment'), 'spec', 'paused') === true;
const secretsReady = ({ conditions }: Response) => conditions.find(({ type }) => type === 'SecretsReady');
const running = (response: Response): Record<string, Observed> => ({
  deployment: { ...objectOf(response, 'deployment'), status: {} },
});

describe('keys of models', () => {
  const models = (response: Response) => named(response).filter((name) => /^(OPENAI|ANTHROPIC)_/.test(name));

  test.each([
    { has: ['OPENAI_API_KEY'], sets: ['OPENAI_API_KEY'] },
    { has: ['ANTHROPIC_API_KEY'], sets: ['ANTHROPIC_API_KEY'] },
    { has: ['OPENAI_API_KEY', 'OPENAI_BASE_URL', 'OTHER'], sets: ['OPENAI_API_KEY', 'OPENAI_BASE_URL'] },
  ])('$has are enough', ({ has, sets }) => {
    const response = compose({ ...all, llm: secret(...has) });
    expect(models(response)).toEqual(sets);
    expect(secretsReady(response)).toMatchObject({ status: 'True' });
  });

  test('the address of the claim stands before that of the Secret', () => {
    const env = [{ name: 'OPENAI_BASE_URL', value: 'http://vllm.models.svc:8000/v1' }];
    const response = compose({ ...all, llm: secret('OPENAI_API_KEY', 'OPENAI_BASE_URL') }, { env });
    expect(models(response)).toEqual(['OPENAI_API_KEY', 'OPENAI_BASE_URL']);
    expect(variables(response)).toContainEqual(env[0]);
  });

  test.each([{ missing: null }, { missing: undefined }, { missing: secret('OTHER') }])(
    'running Pods keep theirs while the Secret has none: $missing',
    ({ missing }) => {
      const before = compose(all);
      const after = compose({ ...all, llm: missing }, {}, running(before));
      expect(models(after)).toEqual(['OPENAI_API_KEY']);
      expect(checksum(after)).toBe(checksum(before));
      expect(isPaused(after)).toBe(false);
    },
  );
});

describe('TLS and a user of the cache', () => {
  const extras = /^DRAGONFLY_(USER|TLS|CA_FILE)$/;
  const besides = (response: Response) => named(response).filter((name) => extras.test(name));
  const usual = ['DRAGONFLY_HOST', 'DRAGONFLY_PORT', 'DRAGONFLY_PASSWORD'];
  const secured = secret(...usual, 'DRAGONFLY_TLS', 'ca.crt');
  const pod = (response: Response) => at(objectOf(response, 'deployment'), 'spec', 'template', 'spec');

  test.each([
    { has: [], sets: [] },
    { has: ['DRAGONFLY_TLS'], sets: ['DRAGONFLY_TLS'] },
    { has: ['ca.crt', 'DRAGONFLY_TLS'], sets: ['DRAGONFLY_TLS', 'DRAGONFLY_CA_FILE'] },
    { has: ['DRAGONFLY_USER'], sets: ['DRAGONFLY_USER'] },
  ])('are handed on when its Secret has $has', ({ has, sets }) => {
    expect(besides(compose({ ...all, dragonfly: secret(...usual, ...has) }))).toEqual(sets);
  });

  test('the authority is mounted where the variable says, for migrations as well', () => {
    const response = compose({ ...all, dragonfly: secured });
    expect(variables(response)).toContainEqual({ name: 'DRAGONFLY_CA_FILE', value: '/etc/dragonfly/ca.crt' });
    expect(list(at(pod(response), 'volumes'))).toContainEqual({
      name: 'dragonfly-ca',
      secret: { secretName: 'orders-cache-conn', items: [{ key: 'ca.crt', path: 'ca.crt' }] },
    });
    for (const kind of ['initContainers', 'containers'])
      expect(list(at(list(at(pod(response), kind))[0], 'volumeMounts'))).toContainEqual({
        name: 'dragonfly-ca',
        mountPath: '/etc/dragonfly',
        readOnly: true,
      });
  });

  test('what the claim says itself stands before that of the Secret', () => {
    const env = [{ name: 'DRAGONFLY_CA_FILE', value: '/volumes/ours/ca.crt' }];
    const response = compose({ ...all, dragonfly: secured }, { env });
    expect(besides(response)).toEqual(['DRAGONFLY_TLS', 'DRAGONFLY_CA_FILE']);
    expect(variables(response)).toContainEqual(env[0]);
  });

  test('another authority rolls the Pods, and running Pods keep theirs while there is no Secret', () => {
    const before = compose({ ...all, dragonfly: secured });
    const renewed: Observed = { data: { ...object(secured.data), 'ca.crt': btoa('another') } };
    expect(checksum(compose({ ...all, dragonfly: renewed }))).not.toBe(checksum(before));
    for (const missing of [null, undefined]) {
      const after = compose({ ...all, dragonfly: missing }, {}, running(before));
      expect(besides(after)).toEqual(['DRAGONFLY_TLS', 'DRAGONFLY_CA_FILE']);
      expect(pod(after)).toEqual(pod(before));
    }
  });

  test('a volume of the claim cannot have the place of the authority', () => {
    const volumes = [{ name: 'mine', mountPath: '/etc/dragonfly', emptyDir: {} }];
    const response = call(claim('AgentExecutor', { image, volumes }), {
      required: { ...all, dragonfly: secured },
    });
    expect(response.results.map(({ message }) => message).join()).toContain(
      '/etc/dragonfly has a volume already',
    );
  });
});

describe('Secrets of the environment and for pulling images', () => {
  const spec = {
    imagePullSecrets: ['pull'],
    env: [
      { name: 'A', secretKeyRef: { name: 'mine', key: 'a' } },
      { name: 'B', secretKeyRef: { name: 'mine', key: 'b' } },
    ],
  };
  const found = { ...all, 'env-mine': secret('a', 'b'), 'pull-pull': secret('.dockerconfigjson') };

  test('are asked for by name', () => {
    expect(compose(found, spec).requirements).toMatchObject({
      'env-mine': { kind: 'Secret', name: 'mine', namespace: 'shop' },
      'pull-pull': { kind: 'Secret', name: 'pull', namespace: 'shop' },
    });
  });

  test.each([
    { without: { 'env-mine': secret('a') }, says: 'b in Secret mine' },
    { without: { 'env-mine': null }, says: 'Secret mine' },
    { without: { 'pull-pull': null }, says: 'Secret pull' },
    { without: { 'pull-pull': secret('x') }, says: '.dockerconfigjson or .dockercfg in Secret pull' },
  ])('are waited for: $says', ({ without, says }) => {
    const response = compose({ ...found, ...without }, spec);
    expect(secretsReady(response)).toMatchObject({ status: 'False', message: `Pods wait for ${says}.` });
    expect(isPaused(response)).toBe(true);
  });

  test('roll the Pods when they change', () => {
    const changed = [
      { 'env-mine': secret('b', 'a', 'c') },
      { 'env-mine': { data: { a: 'eA==', b: 'eA==' } } },
    ];
    const [same, other] = changed.map((each) => checksum(compose({ ...found, ...each }, spec)));
    expect(same).toBe(checksum(compose(found, spec)));
    expect(other).not.toBe(same);
  });
});

describe('the first Pods', () => {
  test('are held back until all Secrets are there, and then are what they stay', () => {
    const early = compose({ ...all, postgres: null });
    expect([isPaused(early), checksum(early)]).toEqual([true, '']);
    const late = compose(all, {}, running(early));
    expect(isPaused(late)).toBe(false);
    const later = compose({ ...all, api: objectOf(late, 'api') }, {}, running(late));
    expect(objectOf(later, 'deployment')).toEqual(objectOf(late, 'deployment'));
  });

  test('once started are never held back again', () => {
    const gone = compose({ ...all, postgres: null }, {}, running(compose(all)));
    expect(isPaused(gone)).toBe(false);
  });
});

describe('the token of the HTTP API', () => {
  const drawn = compose(all);

  test('is drawn after a live look, and not before', () => {
    expect(decodedData(objectOf(drawn, 'api'))).toEqual({
      endpoint: 'orders-http.shop.svc.cluster.local',
      port: '8080',
      token: 'drawn',
    });
    expect(drawn.status).toMatchObject({ apiSecretName: 'orders-api' });
    const blind = compose({ ...all, api: undefined });
    expect(blind.resources.map(({ key }) => key)).not.toContain('api');
    expect(checksum(blind)).toBe('');
    expect(variables(blind)).toContainEqual({
      name: 'API_TOKEN',
      valueFrom: { secretKeyRef: { name: 'orders-api', key: 'token' } },
    });
  });

  test('stays, until its revision changes', () => {
    const kept = { metadata: objectOf(drawn, 'api').metadata ?? null, data: { token: btoa('kept') } };
    const token = (spec: JsonObject) =>
      decodedData(objectOf(compose({ ...all, api: kept }, spec), 'api'))['token'];
    expect(token({})).toBe('kept');
    expect(token({ credentialsRevision: '2' })).toBe('drawn');
  });

  test('is not put into the Secret of somebody else', () => {
    const ownerReferences = [{ kind: 'ExternalSecret', name: 'x', uid: 'other', controller: true }];
    const api = { metadata: { ownerReferences }, data: { token: btoa('theirs') } };
    const response = call(claim('AgentExecutor', { image }), { required: { ...all, api } });
    expect(response.results[0]?.message).toContain('Secret orders-api: belongs to ExternalSecret x');
  });

  test('is left to a claim that sets it', () => {
    const env = [{ name: 'API_TOKEN', value: '' }];
    const response = compose(all, { env });
    expect(response.requirements).not.toHaveProperty('api');
    expect(response.resources.map(({ key }) => key)).not.toContain('api');
    expect(named(response).filter((name) => name === 'API_TOKEN')).toHaveLength(1);
    expect(checksum(response)).not.toBe('');
  });
});
