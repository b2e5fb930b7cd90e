import { describe, expect, test } from 'vitest';
import type { JsonObject, Lookup } from '../../../../functions/composition/contract.ts';
import { at, list, object, text } from '../../../../functions/composition/read.ts';
import type { Found } from '../../call.ts';
import { call, claim, objectOf } from '../../call.ts';

const spec = {
  image: 'registry.example/shop:v2',
  database: { name: 'orders-db' },
  cache: { name: 'sessions' },
};

const data = (entries: readonly string[]): JsonObject =>
  Object.fromEntries(entries.map((entry) => [entry, Buffer.from(entry).toString('base64')]));
const database = (...more: string[]): Lookup => ({
  data: data([
    'uri',
    ...['HOST', 'PORT', 'DB', 'USER', 'PASSWORD'].map((each) => `POSTGRES_${each}`),
    ...more,
  ]),
});
const cache = (...more: string[]): Lookup => ({
  data: data(['uri', ...['HOST', 'PORT', 'PASSWORD'].map((each) => `DRAGONFLY_${each}`), ...more]),
});
const secrets = (one: Lookup, other: Lookup): Found => ({
  required: { 'database-conn': one, 'cache-conn': other },
});
const encrypted = secrets(database('ca.crt'), cache('DRAGONFLY_TLS', 'ca.crt'));
const plain = secrets(database(), cache());

/** What the Pods have of encryption, with the file or the Secret that each variable leads to. */
function podsOf(found: Found, more: JsonObject = {}) {
  const deployment = objectOf(call(claim('WebApplication', { ...spec, ...more }), found), 'deployment');
  const pod = at(deployment, 'spec', 'template', 'spec');
  const [container] = list(at(pod, 'containers'));
  const names = ['PGSSLROOTCERT', 'DRAGONFLY_TLS', 'DRAGONFLY_CA_FILE'];
  return {
    deployment,
    checksum: text(
      at(
        deployment,
        'spec',
        'template',
        'metadata',
        'annotations',
        'zerotouch.bizmatters.io/secrets-checksum',
      ),
    ),
    variables: list(at(container, 'env'))
      .map(object)
      .filter(({ name }) => names.includes(text(name)))
      .map(({ name, value, valueFrom }) => [name, value ?? at(valueFrom, 'secretKeyRef', 'name')]),
    mounts: list(at(container, 'volumeMounts')).map((each) => object(each).mountPath),
    volumes: list(at(pod, 'volumes')).flatMap((each) => at(each, 'secret', 'secretName') ?? []),
  };
}

const places = ['/etc/connections/database', '/etc/connections/cache'];

describe('what the application checks its stores by', () => {
  test('comes from their Secrets, as files', () => {
    expect(podsOf(encrypted)).toMatchObject({
      variables: [
        ['PGSSLROOTCERT', `${places[0]}/ca.crt`],
        ['DRAGONFLY_TLS', 'sessions-conn'],
        ['DRAGONFLY_CA_FILE', `${places[1]}/ca.crt`],
      ],
      mounts: ['/tmp', ...places],
      volumes: ['orders-db-conn', 'sessions-conn'],
    });
  });

  test('is nothing where the Secrets have none', () => {
    expect(podsOf(plain)).toMatchObject({ variables: [], mounts: ['/tmp'], volumes: [] });
  });

  test('is not asked for where everybody knows who signed the certificate of the cache', () => {
    const { variables, mounts } = podsOf(secrets(database(), cache('DRAGONFLY_TLS')));
    expect(variables).toEqual([['DRAGONFLY_TLS', 'sessions-conn']]);
    expect(mounts).toEqual(['/tmp']);
  });

  test("leaves what the claim's own variables say to them", () => {
    const env = [
      { name: 'PGSSLROOTCERT', value: '/own/ca.crt' },
      { name: 'DRAGONFLY_CA_FILE', value: '/own/ca.crt' },
    ];
    expect(podsOf(encrypted, { env })).toMatchObject({
      variables: [
        ['DRAGONFLY_TLS', 'sessions-conn'],
        ['PGSSLROOTCERT', '/own/ca.crt'],
        ['DRAGONFLY_CA_FILE', '/own/ca.crt'],
      ],
      mounts: ['/tmp'],
    });
  });

  test('stays as the Pods have it while a Secret is away', () => {
    const { deployment } = podsOf(encrypted);
    const { variables } = podsOf({ observed: { deployment }, ...secrets(null, null) });
    expect(variables.map(([name]) => name)).toEqual(['PGSSLROOTCERT', 'DRAGONFLY_TLS', 'DRAGONFLY_CA_FILE']);
    expect(podsOf(secrets(null, null)).variables).toEqual([]);
  });

  test('rolls the Pods when another authority signs, as most clients read the file once', () => {
    const renewed: Lookup = { data: { ...object(database('ca.crt')?.data), 'ca.crt': 'b3RoZXI=' } };
    const before = podsOf(encrypted).checksum;
    expect(before).not.toBe('');
    expect(podsOf(secrets(renewed, cache('DRAGONFLY_TLS', 'ca.crt'))).checksum).not.toBe(before);
  });

  test('is what migrations check them by too', () => {
    const response = call(
      claim('WebApplication', { ...spec, migrations: { command: ['migrate'] } }),
      encrypted,
    );
    const { key = '' } = response.resources.find((each) => each.key.startsWith('migration-')) ?? {};
    const job = at(objectOf(response, key), 'spec', 'template', 'spec');
    const [container] = list(at(job, 'containers'));
    expect(list(at(container, 'volumeMounts')).map((each) => object(each).mountPath)).toEqual([
      '/tmp',
      ...places,
    ]);
    expect(JSON.stringify(at(container, 'env'))).toContain('PGSSLROOTCERT');
  });

  test.each([
    { volume: { name: 'cache-ca', emptyDir: {} }, path: 'spec.volumes[0].name' },
    { volume: { name: 'own', mountPath: places[0] ?? '', emptyDir: {} }, path: 'spec.volumes[0].mountPath' },
  ])('has its names and places before it is there: $path', ({ volume, path }) => {
    const { results } = call(claim('WebApplication', { ...spec, volumes: [volume] }), plain);
    expect(results.map(({ message }) => message).join('\n')).toContain(path);
  });
});
