import type { Claim, Observed, Readiness } from '../../composition/contract.ts';
import { at, conditionOf, number, text } from '../../composition/read.ts';
import { kindNotServed, notServed } from '../../kube/optional-kind.ts';
import { phaseOf, ready, unready } from '../../kube/ready.ts';
import { clusterKind } from './cluster-kind.ts';
import type { Spec, Status } from './xr.gen.ts';

/** How the database is, in a word, a sentence, and as the readiness of the Cluster. */
export interface DatabaseState {
  readonly phase: NonNullable<Status['phase']>;
  readonly message: string;
  readonly readiness: Readiness;
  /** CamelCase, for the condition. */
  readonly reason: string;
}

/**
 * Judged from what CloudNativePG reports. Its condition Ready says only that the phase is the healthy one, and
 * a hibernated cluster has that phase with no instance running, so both are looked at.
 * https://cloudnative-pg.io/documentation/1.30/declarative_hibernation/
 */
export function databaseState(claim: Claim<Spec>, cluster: Observed | undefined): DatabaseState {
  if (cluster === undefined) return waiting('Pending', 'Creating', 'The database is being made.');
  const phase = phaseOf(cluster);
  if (phase === '')
    return waiting('Provisioning', 'Creating', 'CloudNativePG has not reported on the database.');

  const said = sentence(phase, text(at(cluster, 'status', 'phaseReason')));
  if (failures.has(phase)) return waiting('Failed', 'Failed', said);
  if (claim.spec.hibernated) return hibernation(cluster);

  const serving = number(at(cluster, 'status', 'readyInstances')) ?? 0;
  const count = `${serving} of ${claim.spec.instances} instances serve.`;
  const healthy = conditionOf(cluster, 'Ready')?.status === 'True';
  if (healthy && serving >= claim.spec.instances) {
    const message = claim.spec.instances === 1 ? 'The database serves.' : count;
    return { phase: 'Ready', message, readiness: ready, reason: 'Serving' };
  }
  const report = healthy ? count : `${said} ${count}`;
  return wasServing(cluster)
    ? waiting('Degraded', 'Degraded', report)
    : waiting('Provisioning', 'Provisioning', report);
}

/** Of a claim on a cluster that does not have CloudNativePG. */
export const noOperator: DatabaseState = waiting(
  'Pending',
  kindNotServed,
  `${notServed(clusterKind, 'CloudNativePG')}.`,
);

function hibernation(cluster: Observed): DatabaseState {
  const condition = conditionOf(cluster, 'cnpg.io/hibernation');
  if (condition?.status !== 'True') {
    const message = sentence('The database is being hibernated', condition?.message ?? '');
    return waiting('Provisioning', 'Hibernating', message);
  }
  const message = 'The database is hibernated: no instance runs, and the volumes are kept.';
  return { phase: 'Ready', message, readiness: ready, reason: 'Hibernated' };
}

function waiting(phase: DatabaseState['phase'], reason: string, message: string): DatabaseState {
  return { phase, message, readiness: unready(message), reason };
}

/** Before its first primary a cluster cannot be degraded, and one that adds an instance loses nothing by it. */
function wasServing(cluster: Observed): boolean {
  return text(at(cluster, 'status', 'currentPrimary')) !== '' && !growing.has(phaseOf(cluster));
}

function sentence(phase: string, reason: string): string {
  return reason === '' ? `${phase}.` : `${phase}: ${reason.replace(/\.$/, '')}.`;
}

/** Phases of CloudNativePG, by their text: https://github.com/cloudnative-pg/cloudnative-pg/blob/v1.30.0/api/v1/cluster_types.go */
const growing: ReadonlySet<string> = new Set(['Setting up primary', 'Creating a new replica']);

const failures: ReadonlySet<string> = new Set([
  'Cluster cannot proceed to reconciliation due to an unknown plugin being required',
  'Cluster cannot proceed to reconciliation due to an error while interacting with plugins',
  'Cluster has incomplete or invalid image catalog',
  'Cluster is unrecoverable and needs manual intervention',
  'Cluster cannot execute instance online upgrade due to missing architecture binary',
  'Unable to create required cluster objects',
  'Invalid cluster definition',
]);
