import { describe, expect, test } from 'vitest';
import { call, claim } from '../../call.ts';
import { told, unseen, wanted } from '../../readiness.ts';
import type { State } from '../../readiness.ts';

/** A Dragonfly in a phase, and the phase of its claim. */
const at = (reason: string, dragonfly: string, phase: string, says: RegExp): State => ({
  reason,
  status: { phase: dragonfly },
  phase,
  says,
});

const states: readonly State[] = [
  ...unseen,
  at('pods are starting', 'ResourcesCreated', 'Provisioning', /starting/),
  at('the same in the older spelling', 'resources-created', 'Provisioning', /starting/),
  at('a master is being chosen', 'Configuring', 'Provisioning', /master/),
  at('ready, without any condition', 'Ready', 'Ready', /serves/),
  at('ready in the older spelling', 'ready', 'Ready', /serves/),
  at('rolling', 'RollingUpdate', 'Degraded', /restart/),
  at('a phase nobody knew of', 'Elsewhere', 'Provisioning', /Elsewhere/),
];

const kind = {
  kind: 'DragonflyInstance',
  key: 'dragonfly',
  condition: 'CacheReady',
  secretType: 'Opaque',
} as const;

describe('DragonflyInstance', () => {
  test.each(states)('$reason', (state) => {
    expect(told(kind, state)).toEqual(wanted(state));
  });
});

describe('the replicas that its StatefulSet counts', () => {
  const observed = { dragonfly: { status: { phase: 'Ready' } }, conn: { kind: 'Secret' } };
  const cases = [
    { reason: 'all', counts: [3, 3], status: 'True', says: 'The cache serves.' },
    { reason: 'not all', counts: [3, 2], status: 'False', says: '2 of 3 replicas are ready.' },
    { reason: 'none, which is left out', counts: [1], status: 'False', says: '0 of 1 replicas are ready.' },
    { reason: 'no StatefulSet of that name', counts: [], status: 'True', says: 'The cache serves.' },
  ];
  test.each(cases)('$reason', ({ counts: [replicas, readyReplicas], status, says }) => {
    const set =
      replicas === undefined
        ? null
        : { spec: { replicas }, status: readyReplicas === undefined ? {} : { readyReplicas } };
    const response = call(claim('DragonflyInstance'), {
      observed,
      required: { conn: null, 'stateful-set': set },
    });
    const found = response.conditions.find(({ type }) => type === 'CacheReady');
    expect(found).toMatchObject({ status, message: says });
    expect(response.requirements['stateful-set']).toMatchObject({ kind: 'StatefulSet', name: 'orders' });
  });
});
