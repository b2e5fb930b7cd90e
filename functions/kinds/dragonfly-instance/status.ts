import type { Claim, Lookup, Observed, Readiness, ResourceSelector } from '../../composition/contract.ts';
import { at, number } from '../../composition/read.ts';
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

/** The key of the look at the operator's StatefulSet among the requirements. */
export const replicasKey = 'stateful-set';

/** The StatefulSet in which the operator runs the replicas: it is called like the Dragonfly. */
export function statefulSetSelector({ name, namespace }: Claim): ResourceSelector {
  return { apiVersion: 'apps/v1', kind: 'StatefulSet', name, namespace };
}

/**
 * The operator reports no conditions, only a phase, in two spellings over its versions. `Ready` means that a
 * master was elected; it says nothing of the other replicas, which the StatefulSet counts.
 * https://github.com/dragonflydb/dragonfly-operator/blob/v1.6.1/api/v1alpha1/dragonfly_types.go
 */
export function cacheState(observed: Observed | undefined, replicas: Lookup): CacheState {
  if (observed === undefined) return waiting('Pending', 'Creating', 'The cache is being made.');
  const phase = phaseOf(observed);
  switch (phase.toLowerCase().replaceAll('-', '')) {
    case 'ready':
      return served(replicas);
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

/** Of a claim whose snapshots have no place yet. */
export function noBucket(message: string): CacheState {
  return waiting('Pending', 'BucketMissing', message);
}

/** Of a claim whose certificate is not there. */
export function noCertificate(message: string): CacheState {
  return waiting('Pending', 'CertificateMissing', message);
}

/** An operator that called its StatefulSet otherwise would have to be believed. */
function served(replicas: Lookup): CacheState {
  const wanted = number(at(replicas ?? undefined, 'spec', 'replicas')) ?? 0;
  const counted = number(at(replicas ?? undefined, 'status', 'readyReplicas')) ?? 0;
  if (counted >= wanted)
    return { phase: 'Ready', reason: 'Serving', message: 'The cache serves.', readiness: ready };
  return waiting('Degraded', 'ReplicasMissing', `${counted} of ${wanted} replicas are ready.`);
}

function waiting(phase: CacheState['phase'], reason: string, message: string): CacheState {
  return { phase, reason, message, readiness: unready(message) };
}
