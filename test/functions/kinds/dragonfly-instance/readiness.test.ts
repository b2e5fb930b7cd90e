import { describe, expect, test } from 'vitest';
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
