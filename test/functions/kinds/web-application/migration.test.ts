import { describe, expect, test } from 'vitest';
import type { JsonObject, Observed } from '../../../../functions/composition/contract.ts';
import { at, text } from '../../../../functions/composition/read.ts';
import type { Found } from '../../call.ts';
import { call, plain } from '../../call.ts';

const claim = (spec: JsonObject = {}): JsonObject => ({
  apiVersion: 'platform.bizmatters.io/v1alpha1',
  kind: 'WebApplication',
  metadata: { name: 'shop', namespace: 'shop', uid: 'u-1' },
  spec: { image: 'registry.example/shop:v2', migrations: { command: ['migrate'] }, ...spec },
});

function composed(found: Found, spec?: JsonObject) {
  const { resources, status, conditions } = plain(call(claim(spec), found));
  const job = resources.find(({ key }) => /^migration-[0-9a-f]{8}$/.test(key));
  const deployment = resources.find(({ key }) => key === 'deployment')?.object as unknown as JsonObject;
  const migration = conditions.find(({ type }) => type === 'MigrationReady');
  return {
    job,
    deployment,
    paused: at(deployment, 'spec', 'paused') === true,
    begun: text(at(deployment, 'metadata', 'annotations', 'zerotouch.bizmatters.io/migration')),
    status: status as JsonObject,
    migration,
  };
}

const first = composed({});
const key = first.job?.key ?? '';

const job = (status: JsonObject): Observed => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'shop-migrate-x', namespace: 'shop' },
  spec: { template: { spec: { containers: [{ name: 'migrate', image: 'registry.example/shop:v1' }] } } },
  status,
});
const ended = (type: 'Complete' | 'Failed') =>
  job({ conditions: [{ type, status: 'True', message: 'so it is' }] });
const deployment = (begun: string): Observed => ({
  metadata: { generation: 1, annotations: { 'zerotouch.bizmatters.io/migration': begun } },
  spec: { replicas: 1 },
  status: {
    observedGeneration: 1,
    updatedReplicas: 1,
    availableReplicas: 1,
    conditions: [{ type: 'Available', status: 'True' }],
  },
});

describe('a migration', () => {
  test('begins at once where nothing is missing, and holds the first Pods back', () => {
    expect(first.job).toBeDefined();
    expect(first.paused).toBe(true);
    expect(key).toBe(`migration-${first.begun}`);
  });

  test('lets the Pods go when it has succeeded', () => {
    const { paused, migration } = composed({ observed: { [key]: ended('Complete') } });
    expect(paused).toBe(false);
    expect(migration).toMatchObject({ status: 'True' });
  });

  test('keeps the Pods as they are when it has failed, and says where its log is', () => {
    const observed = {
      [key]: ended('Failed'),
      deployment: deployment(key.slice('migration-'.length)),
      'network-policy': {},
    };
    const { paused, status, job } = composed({ observed });
    expect(paused).toBe(true);
    expect(status.phase).toBe('Failed');
    expect(status.message).toMatch(
      /^The migration failed: so it is\. kubectl logs job\/shop-migrate-x -n shop/,
    );
    expect(job?.key).toBe(key);
  });

  test.each([
    { reason: 'the command', spec: { migrations: { command: ['other'] } } },
    { reason: 'the image', spec: { image: 'registry.example/shop:v3' } },
    { reason: 'a variable', spec: { env: [{ name: 'A', value: 'b' }] } },
  ])('is another one for another value of $reason', ({ spec }) => {
    expect(composed({}, spec).job?.key).not.toBe(key);
  });

  test.each([{ replicas: 4 }, { hostname: 'a.example' }, { podAnnotations: undefined }])(
    'is the same one for %j',
    (spec) => {
      expect(composed({}, JSON.parse(JSON.stringify(spec)) as JsonObject).job?.key).toBe(key);
    },
  );

  test('waits for one before it that runs, which stays as it was made', () => {
    const before = job({ active: 1, ready: 1 });
    const {
      job: kept,
      paused,
      migration,
      begun,
    } = composed({
      observed: { deployment: deployment('0ddba115'), 'migration-0ddba115': before },
    });
    expect(kept?.key).toBe('migration-0ddba115');
    expect(kept?.object).toMatchObject({ spec: before.spec });
    expect(kept?.readiness.ready).toBe(false);
    expect(paused).toBe(true);
    expect(begun).toBe('0ddba115');
    expect(migration?.message).toContain('waits for the one before it, Job shop-migrate-x, to end');
  });

  test.each([
    { reason: 'has ended', before: ended('Complete') },
    { reason: 'has failed', before: ended('Failed') },
    { reason: 'waits for its image', before: job({ active: 1, ready: 0 }) },
  ])('does not wait for one before it that $reason', ({ before }) => {
    const { job: next } = composed({
      observed: { deployment: deployment('0ddba115'), 'migration-0ddba115': before },
    });
    expect(next?.key).toBe(key);
  });

  test('waits for Secrets and for the database, and the Pods with it', () => {
    const { job: none, paused, migration } = composed({}, { database: {} });
    expect(none).toBeUndefined();
    expect(paused).toBe(true);
    expect(migration?.message).toBe('waits for Secrets and stores');
  });

  test('that has begun goes on while the database is away', () => {
    const spec = { database: { name: 'orders' } };
    const data = Object.fromEntries(
      ['uri', 'HOST', 'PORT', 'DB', 'USER', 'PASSWORD'].map((name) => [
        name === 'uri' ? name : `POSTGRES_${name}`,
        'eA==',
      ]),
    );
    const found = { required: { 'database-conn': { data } } };
    const begun = composed(found, spec).job;
    expect(begun).toBeDefined();
    const gone = {
      required: { 'database-conn': null },
      observed: { [begun?.key ?? '']: job({ active: 1 }) },
    };
    expect(composed(gone, spec).job?.key).toBe(begun?.key);
  });
});
