import type { Context, Observed, Readiness } from '../composition/contract.ts';
import { at, conditionOf, number, text } from '../composition/read.ts';

export const ready: Readiness = { ready: true };

export function unready(why: string): Readiness {
  return { ready: false, why };
}

/** Of objects that serve as soon as they exist, such as a Secret, a Service or a NetworkPolicy. */
export function exists(observed: Observed | undefined): Readiness {
  return observed === undefined ? unready('is being made') : ready;
}

/** The same, of the composed resource of this key, and as long as the API server takes it. */
export function taken(context: Context, key: string): Readiness {
  const why = context.refused(key);
  return why === undefined ? exists(context.observed(key)) : unready(why);
}

/** Of objects whose operator reports a condition `Ready` and nothing else that matters. */
export function readyCondition(observed: Observed | undefined): Readiness {
  if (observed === undefined) return unready('is being made');
  const condition = conditionOf(observed, 'Ready');
  if (condition === undefined) return unready('has not been reported on by its operator');
  if (condition.status === 'True') return ready;
  return unready(condition.message || condition.reason || 'is not ready');
}

/**
 * A Deployment is ready when its controller has seen the newest spec, rolled it out and is satisfied.
 * One that is scaled to zero is ready too, although its status then bears no replica counts.
 */
export function deploymentReady(observed: Observed | undefined): Readiness {
  if (observed === undefined) return unready('is being made');
  const generation = number(at(observed, 'metadata', 'generation'));
  if (number(at(observed, 'status', 'observedGeneration')) !== generation)
    return unready('waits for the Deployment controller');

  const progressing = conditionOf(observed, 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') return unready(progressing.message);
  const wanted = number(at(observed, 'spec', 'replicas')) ?? 1;
  const updated = number(at(observed, 'status', 'updatedReplicas')) ?? 0;
  if (updated < wanted) return unready(`${updated} of ${wanted} Pods run the newest version`);

  const available = conditionOf(observed, 'Available');
  if (available?.status === 'True') return ready;
  return unready(available?.message || 'no Pod is available');
}

/** A Job is ready when it has succeeded. */
export function jobReady(observed: Observed | undefined): Readiness {
  if (observed === undefined) return unready('is being made');
  if (conditionOf(observed, 'Complete')?.status === 'True') return ready;
  const failed = conditionOf(observed, 'Failed');
  if (failed?.status === 'True') return unready(`failed: ${failed.message || failed.reason}`);
  return unready('is running');
}

/** The phase that an operator without conditions reports, empty when there is none. */
export function phaseOf(observed: Observed | undefined): string {
  return text(at(observed, 'status', 'phase'));
}
