import type { Observed, Readiness } from '../../composition/contract.ts';
import { kindNotServed, notServed } from '../../kube/optional-kind.ts';
import { phaseOf, ready, unready } from '../../kube/ready.ts';
import { dragonflyKind } from './dragonfly.ts';
import type { Status } from './xr.gen.ts';

export interface CacheState {
  readonly phase: NonNullable<Status['phase']>;
  readonly message: string;
  readonly readiness: Readiness;
  /** CamelCase, for the condition. */
  readonly reason: string;
}

/**
 * The operator reports no conditions, only a phase, in two spellings over its versions. `Ready` means that a
 * master was elected; it says nothing of the other replicas.
 * https://github.com/dragonflydb/dragonfly-operator/blob/v1.6.1/api/v1alpha1/dragonfly_types.go
 */
export function cacheState(observed: Observed | undefined): CacheState {
  if (observed === undefined) return waiting('Pending', 'Creating', 'The cache is being made.');
  const phase = phaseOf(observed);
  switch (phase.toLowerCase().replaceAll('-', '')) {
    case 'ready':
      return { phase: 'Ready', reason: 'Serving', message: 'The cache serves.', readiness: ready };
    case 'rollingupdate':
      return waiting(
        'Degraded',
        'RollingUpdate',
        'The replicas restart with new settings, one after another.',
      );
    case 'configuring':
    case 'configuringreplication':
      return waiting('Provisioning', 'Configuring', 'A master is being chosen.');
    case 'resourcescreated':
      return waiting('Provisioning', 'Starting', 'The replicas are starting.');
    case '':
      return waiting('Provisioning', 'Creating', 'The Dragonfly operator has not reported on the cache.');
    default:
      return waiting('Provisioning', 'Unknown', `The Dragonfly operator reports the phase ${phase}.`);
  }
}

/** Of a claim on a cluster that does not have the operator. */
export const noOperator: CacheState = waiting(
  'Pending',
  kindNotServed,
  `${notServed(dragonflyKind, 'the Dragonfly operator')}.`,
);

function waiting(phase: CacheState['phase'], reason: string, message: string): CacheState {
  return { phase, reason, message, readiness: unready(message) };
}
