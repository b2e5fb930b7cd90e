import { describe, expect, test } from 'vitest';
import type { JsonObject, Lookup, Observed } from '../../../../functions/composition/contract.ts';
import { at } from '../../../../functions/composition/read.ts';
import { call, claim, objectOf } from '../../call.ts';

interface Found {
  readonly observed?: Record<string, Observed>;
  readonly required?: Record<string, Lookup>;
  readonly looked?: boolean;
}

const compose = (spec: JsonObject, found: Found = {}) => call(claim('AgentExecutor', spec), found);
const standing = (kind: string, more: JsonObject = {}): Observed => ({
  apiVersion: 'database.bizmatters.io/v1alpha1',
  kind,
  metadata: { name: 'orders-db', ...more },
});
const refusal = (spec: JsonObject, found: Found = {}) => compose(spec, found).results[0]?.message;
const keys = (spec: JsonObject, found: Found = {}) => compose(spec, found).resources.map(({ key }) => key);

describe('the claims that an AgentExecutor makes', () => {
  test('are named after it, have the fields as they were given, and fill the Secrets that the workers wait for', () => {
    const response = compose({ database: { size: 'micro', deletionPolicy: 'Retain' }, cache: {} });
    expect(objectOf(response, 'database')).toMatchObject({
      kind: 'PostgresInstance',
      metadata: { name: 'orders-db' },
      spec: { size: 'micro', deletionPolicy: 'Retain' },
    });
    expect(objectOf(response, 'cache')).toMatchObject({
      kind: 'DragonflyInstance',
      metadata: { name: 'orders-cache' },
      spec: {},
    });
    expect(response.requirements).toMatchObject({
      postgres: { name: 'orders-db-conn' },
      dragonfly: { name: 'orders-cache-conn' },
    });
  });

  test('are none where the fields name claims that are there, whose Secrets are used', () => {
    const response = compose({ database: { name: 'shared' }, cache: { name: 'sessions' } });
    expect(response.resources.map(({ key }) => key)).not.toContain('database');
    expect(response.requirements).toMatchObject({
      postgres: { name: 'shared-conn' },
      dragonfly: { name: 'sessions-conn' },
    });
    expect(response.conditions.map(({ type }) => type)).not.toContain('DatabaseReady');
  });

  test('are made only after a look, and stay once they are made', () => {
    expect(keys({ database: {} }, { looked: false })).not.toContain('database');
    const observed = { database: standing('PostgresInstance') };
    expect(keys({ database: {} }, { looked: false, observed })).toContain('database');
  });

  test.each([
    {
      reason: 'one that stands there is not taken over',
      spec: { database: {} },
      metadata: { ownerReferences: [] },
      says: 'spec.database: its claim is there already',
    },
    {
      reason: 'unless the claim says so',
      spec: { database: { adopt: true } },
      metadata: { ownerReferences: [] },
      says: 'nothing',
    },
    {
      reason: "somebody else's never is",
      spec: { database: { adopt: true } },
      metadata: { ownerReferences: [{ kind: 'AgentExecutor', name: 'other', uid: '9', controller: true }] },
      says: 'spec.database: its claim belongs to AgentExecutor other',
    },
  ])('$reason', ({ spec, metadata, says }) => {
    const message = refusal(spec, {
      required: { 'nested-database': standing('PostgresInstance', metadata) },
    });
    expect(message ?? 'nothing').toContain(says);
  });

  test.each([
    [
      { database: { name: 'shared', size: 'large' } },
      'spec.database.name: is of a claim that is there, which has its own size',
    ],
    [
      { database: {}, postgresConnectionSecret: 'x' },
      'spec.postgresConnectionSecret: follows from spec.database',
    ],
    [
      { cache: { name: 'a' }, dragonflyConnectionSecret: 'x' },
      'spec.dragonflyConnectionSecret: follows from spec.cache',
    ],
    [{ database: { storageGB: 5 } }, 'spec.database.storageGB'],
    [
      { nodeSelector: { a: 'b' }, placement: { nodeSelector: { a: 'c' } } },
      'spec.nodeSelector.a: is c in placement.nodeSelector',
    ],
    [{ tolerations: [{ value: 'x' }] }, 'spec.tolerations[0]: key is needed'],
  ])('%j is refused', (spec, says) => {
    expect(refusal(spec)).toContain(says);
  });

  test.each([
    { reason: 'is being made', observed: undefined, message: 'The database: is being made.' },
    {
      reason: 'says what it is doing',
      observed: {
        status: {
          message: 'Two instances start.',
          conditions: [{ type: 'Ready', status: 'False', reason: 'Creating' }],
        },
      },
      message: 'The database: Two instances start.',
    },
    {
      reason: 'is refused by its own kind',
      observed: {
        status: { conditions: [{ type: 'Valid', status: 'False', message: 'cannot compose: spec.backup' }] },
      },
      message: 'The database: cannot compose: spec.backup.',
    },
  ])('the claim says so while its database $reason', ({ observed, message }) => {
    const response = compose(
      { database: {} },
      observed === undefined ? {} : { observed: { database: observed } },
    );
    expect(at(response.status as JsonObject, 'message')).toBe(message);
    expect(response.conditions).toContainEqual(
      expect.objectContaining({ type: 'DatabaseReady', status: 'False' }),
    );
  });
});

describe('what a claim may leave out or say in short', () => {
  const podOf = (spec: JsonObject) => at(objectOf(compose(spec), 'deployment'), 'spec', 'template', 'spec');

  test('without an image the release’s own worker runs, and makes the stream', () => {
    const response = compose({});
    const [stream] = response.resources.filter(({ key }) => key.startsWith('stream-job'));
    const released = 'ghcr.io/bizmatters/agent-worker:v0.0.0';
    expect(JSON.stringify(podOf({}))).toContain(`"image":"${released}"`);
    expect(JSON.stringify(stream)).toContain(`"image":"${released}"`);
    expect(response.status).toMatchObject({ image: released });
  });

  test('node selector, tolerations and priority class stand where Pods have them, too', () => {
    const [nodeSelector, tolerations] = [{ pool: 'agents' }, [{ key: 'agents', operator: 'Exists' }]];
    const pods = { nodeSelector, tolerations, priorityClassName: 'batch' };
    expect(podOf(pods)).toMatchObject(pods);
    expect(refusal({ priorityClassName: 'a', placement: { priorityClassName: 'b' } })).toContain(
      'spec.priorityClassName: is b in placement',
    );
  });

  test('a volume of the Pod itself, of a size', () => {
    const emptyDir = { medium: 'Memory', sizeLimit: '64Mi' };
    expect(JSON.stringify(podOf({ volumes: [{ name: 'scratch', emptyDir }] }))).toContain(
      JSON.stringify({ name: 'scratch', emptyDir }),
    );
  });

  test('a size above large', () => {
    expect(JSON.stringify(podOf({ size: '2xlarge' }))).toContain('"limits":{"cpu":"16","memory":"32Gi"}');
  });
});
