import type { AgentOutcome, Clock } from '../../ports.ts';
import type { Span } from '../../telemetry.ts';
import { Failure, asFailure } from '../rules/failures.ts';
import type { Parts } from '../parts.ts';
import type { Attempt } from './attempt-job.ts';
import type { beginning } from './begin-attempt.ts';

/** How one attempt went. */
export type AttemptOutcome = AgentOutcome | { readonly kind: 'failed'; readonly failure: Failure };

/** Signals of the worker's own end: the first asks for a checkpoint, the second does not wait for one. */
export interface Stopping {
  readonly drain: AbortSignal;
  readonly now: AbortSignal;
}

/** Rejects with the reason as soon as the signal fires: an agent that does not listen is not waited for. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = (): void => reject(asFailure(signal.reason));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

/** Aborts for this reason when the time is up; the caller aborts `finished` when it no longer matters. */
async function limitTime(
  ending: AbortController,
  ms: number,
  reason: Failure,
  clock: Clock,
  finished: AbortSignal,
): Promise<void> {
  await clock.sleep(ms, finished);
  if (!finished.aborted) ending.abort(reason);
}

/** Watches both ends that time may put to an attempt: the longest time of the worker, and the deadline of the job. */
function limitTimes(
  { clock, settings }: Pick<Parts, 'clock' | 'settings'>,
  { ending, claimed }: Attempt,
  finished: AbortSignal,
): void {
  const { jobTimeoutMs } = settings;
  const tooLong = new Failure('JOB_TIMEOUT', `the job ran longer than ${jobTimeoutMs / 1000} s`);
  void limitTime(ending, jobTimeoutMs, tooLong, clock, finished);
  const { deadlineMs } = claimed.claim;
  if (deadlineMs === undefined || deadlineMs >= jobTimeoutMs) return;
  const left = Math.max(0, claimed.claimedAt + deadlineMs - clock.monotonic());
  const late = new Failure(
    'DEADLINE_PASSED',
    'the time that its deadline_seconds gave it was over while it ran',
  );
  void limitTime(ending, left, late, clock, finished);
}

/** Runs the agent until it is through or `ending` fires, which the lease keeper does as well. Never throws. */
export async function executeJob(
  parts: Pick<Parts, 'agent' | 'breakers' | 'clock' | 'meter' | 'settings'>,
  attempt: Attempt,
  begins: ReturnType<typeof beginning>,
  span: Span,
  stopping: Stopping,
): Promise<AttemptOutcome> {
  const { agent, breakers, meter } = parts;
  const { job, claimed, ending, stream, sources } = attempt;
  const stop = (): void => ending.abort(stopping.now.reason);
  stopping.now.addEventListener('abort', stop, { once: true });
  const finished = new AbortController();
  limitTimes(parts, attempt, finished.signal);
  try {
    ending.signal.throwIfAborted();
    const running = agent.run(job.request, {
      signal: ending.signal,
      drain: stopping.drain,
      begins,
      emit(event) {
        begins(undefined);
        stream.emit(event);
      },
      stepped(step) {
        meter.step(step);
        if (step.kind === 'model') breakers.answered(step.source);
      },
      sources,
      span,
      tenant: claimed.claim.tenant,
      token: claimed.claim.lease.token,
      attempt: claimed.claim.attempt,
    });
    return await Promise.race([running, aborted(ending.signal)]);
  } catch (error) {
    if (stopping.now.aborted) return { kind: 'drained' };
    // Whatever the agent made of the end of its signal, the reason is the one that counts.
    return { kind: 'failed', failure: asFailure(ending.signal.aborted ? ending.signal.reason : error) };
  } finally {
    finished.abort();
    stopping.now.removeEventListener('abort', stop);
  }
}
