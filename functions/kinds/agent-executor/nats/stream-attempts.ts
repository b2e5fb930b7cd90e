import type { Claim, Composed, Context, Observed, Readiness } from '../../../composition/contract.ts';
import { at, conditionOf, number, text } from '../../../composition/read.ts';
import { ready, unready } from '../../../kube/ready.ts';
import { isTaken, streamJob, streamJobReady } from './stream-job.ts';
import type { StreamJob } from './stream-job.ts';
import type { CompleteSpec } from '../complete.ts';

/** A Job for the stream with what is known of it. */
interface Attempt extends StreamJob {
  readonly observed: Observed | undefined;
}

/**
 * The Job that makes the stream, and the one that takes its turn when it has failed. Two are enough for ever: the failed one
 * stays beside its successor, for its log, and is deleted when that one has failed too, which lets its own turn come again. The
 * pauses are those of the Jobs themselves, which try ever more seldom; so no clock is needed to know what is desired.
 */
export function streamAttempts(claim: Claim<CompleteSpec>, context: Context): Composed[] {
  const [first, second] = ([1, 2] as const).map((turn): Attempt => {
    const job = streamJob(claim, context.digest, turn);
    return { ...job, observed: context.observed(job.key) };
  }) as [Attempt, Attempt];
  const [latest, other] = isLater(second, first) ? [second, first] : [first, second];
  const kept = other.observed === undefined ? [] : [composed(other, ready)];
  if (!isFailed(latest) || isTaken(latest.observed)) {
    const judged = readiness(claim, latest);
    return [composed(latest, !judged.ready && isFailed(other) ? triedAgain(claim, other) : judged), ...kept];
  }
  const failed = triedAgain(claim, latest);
  const next = other.observed === undefined ? [composed(other, failed)] : [];
  return [composed(latest, next.length > 0 ? ready : failed), ...next];
}

function composed({ key, job }: StreamJob, readiness: Readiness): Composed {
  return { key, object: job, readiness };
}

/** The API server's times are all of one form, in which later is greater. */
function isLater(one: Attempt, than: Attempt): boolean {
  if (one.observed === undefined || than.observed === undefined) return one.observed !== undefined;
  const made = (attempt: Attempt) => text(at(attempt.observed, 'metadata', 'creationTimestamp'));
  return made(one) > made(than);
}

function isFailed({ observed }: Attempt): boolean {
  return observed !== undefined && conditionOf(observed, 'Failed')?.status === 'True';
}

function readiness(claim: Claim, attempt: Attempt): Readiness {
  const judged = streamJobReady(attempt.observed);
  if (judged.ready || attempt.observed === undefined) return judged;
  if (isFailed(attempt)) return unready(`${judged.why}. ${advice(claim, attempt)}`);
  if (number(at(attempt.observed, 'status', 'ready')) !== 0) return judged;
  const state =
    number(at(attempt.observed, 'status', 'failed')) === undefined
      ? 'waits for its Pod to start: for a node, its image or a Secret'
      : 'has failed so far, and is tried again';
  return unready(`${state}. ${advice(claim, attempt)}`);
}

function triedAgain(claim: Claim, attempt: Attempt): Readiness {
  const judged = streamJobReady(attempt.observed);
  return unready(`${judged.ready ? '' : judged.why}; it is tried again. ${advice(claim, attempt)}`);
}

function advice({ namespace }: Claim, { job }: StreamJob): string {
  const { name } = job.metadata;
  return `kubectl logs job/${name} -n ${namespace} and kubectl describe job/${name} -n ${namespace} say more`;
}
