import { describe, expect, test } from 'vitest';
import { call, claim } from '../../call.ts';
import { isFalse, isTrue, told, unseen, wanted } from '../../readiness.ts';
import type { State } from '../../readiness.ts';

const healthy = 'Cluster in healthy state';

const states: readonly State[] = [
  ...unseen,
  {
    reason: 'the first primary is being set up',
    status: { phase: 'Setting up primary', phaseReason: 'Creating primary instance x-1' },
    phase: 'Provisioning',
    says: /Setting up primary: Creating primary instance x-1\. 0 of 1/,
  },
  {
    reason: 'healthy and serving',
    status: { phase: healthy, readyInstances: 1, currentPrimary: 'x-1', conditions: [isTrue('Ready')] },
    phase: 'Ready',
    says: /The database serves/,
  },
  {
    reason: 'healthy by name, but one instance of three is away',
    spec: { instances: 3 },
    status: { phase: healthy, readyInstances: 2, currentPrimary: 'x-1', conditions: [isTrue('Ready')] },
    phase: 'Degraded',
    says: /2 of 3 instances serve/,
  },
  {
    reason: 'failing over',
    spec: { instances: 3 },
    status: {
      phase: 'Failing over',
      phaseReason: 'x-1 is gone.',
      readyInstances: 2,
      currentPrimary: 'x-1',
      conditions: [isFalse('Ready')],
    },
    phase: 'Degraded',
    says: /Failing over: x-1 is gone\. 2 of 3/,
  },
  {
    reason: 'an instance is being added',
    spec: { instances: 3 },
    status: {
      phase: 'Creating a new replica',
      readyInstances: 1,
      currentPrimary: 'x-1',
      conditions: [isFalse('Ready')],
    },
    phase: 'Provisioning',
    says: /1 of 3/,
  },
  {
    reason: 'the operator gave up',
    status: {
      phase: 'Unable to create required cluster objects',
      phaseReason: 'quota exceeded',
      conditions: [isFalse('Ready')],
    },
    phase: 'Failed',
    says: /quota exceeded/,
  },
  {
    reason: 'hibernated: the healthy phase with nothing running',
    spec: { hibernated: true },
    status: {
      phase: healthy,
      readyInstances: 0,
      conditions: [isTrue('Ready'), isTrue('cnpg.io/hibernation')],
    },
    phase: 'Ready',
    says: /hibernated/,
  },
  {
    reason: 'being hibernated',
    spec: { hibernated: true },
    status: {
      phase: healthy,
      readyInstances: 1,
      conditions: [isTrue('Ready'), isFalse('cnpg.io/hibernation', 'Deleting Pods')],
    },
    phase: 'Provisioning',
    says: /Deleting Pods/,
  },
  {
    reason: 'woken up, but nothing serves yet although the phase is the healthy one',
    status: { phase: healthy, readyInstances: 0, currentPrimary: 'x-1', conditions: [isTrue('Ready')] },
    phase: 'Degraded',
    says: /0 of 1/,
  },
];

const kind = {
  kind: 'PostgresInstance',
  key: 'cluster',
  condition: 'DatabaseReady',
  secretType: 'kubernetes.io/basic-auth',
} as const;

describe('PostgresInstance', () => {
  test.each(states)('$reason', (state) => {
    expect(told(kind, state)).toEqual(wanted(state));
  });
});

describe('backups', () => {
  const backedUp = { backup: { objectStore: 'backups' } };
  const store = { spec: { configuration: { destinationPath: 's3://here' } } };

  test('a missing ObjectStore is named, and looked for again', () => {
    const response = call(claim('PostgresInstance', backedUp), {
      required: { conn: null, 'object-store': null },
    });
    expect(response.ttl).toBe(15);
    expect(response.conditions).toContainEqual(
      expect.objectContaining({
        type: 'BackupReady',
        reason: 'ObjectStoreMissing',
        message: expect.stringContaining('backups'),
      }),
    );
    expect(response.resources.find(({ key }) => key === 'scheduled-backup')?.readiness.ready).toBe(false);
  });

  test('a base backup that is being made is no failure', () => {
    const conditions = [
      isTrue('Ready'),
      isTrue('ContinuousArchiving'),
      isFalse('LastBackupSucceeded', 'New Backup starting up', 'BackupStarted'),
    ];
    const response = call(claim('PostgresInstance', backedUp), {
      observed: { cluster: { status: { phase: healthy, conditions } } },
      required: { conn: null, 'object-store': store },
    });
    expect(response.conditions).toContainEqual({ type: 'BackupReady', status: 'True', reason: 'Archiving' });
  });

  test('an archive that fails is told on the claim', () => {
    const cluster = {
      status: {
        phase: healthy,
        conditions: [isTrue('Ready'), isFalse('ContinuousArchiving', 'no such bucket')],
      },
    };
    const response = call(claim('PostgresInstance', backedUp), {
      observed: { cluster },
      required: { conn: null, 'object-store': store },
    });
    expect(response.conditions).toContainEqual({
      type: 'BackupReady',
      status: 'False',
      reason: 'ArchivingFails',
      message: 'no such bucket',
    });
  });
});
