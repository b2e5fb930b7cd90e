import type { AgentOutcome, Clock } from '../../ports.ts';
import type { Span } from '../../telemetry.ts';
import { Failure, asFailure } from '../rules/failures.ts';
import type { Parts } from '../parts.ts';
import type { Attempt } from './attempt-job.ts';

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

/** Aborts with JOB_TIMEOUT when the time is up; the caller aborts `finished` when it no longer matters. */
async function limitTime(
  ending: AbortController,
  ms: number,
  clock: Clock,
  finished: AbortSignal,
): Promise<void> {
  await clock.sleep(ms, finished);
  if (!finished.aborted) ending.abort(new Failure('JOB_TIMEOUT', `the job ran longer than ${ms / 1000} s`));
}

/** Runs the agent until it is through or `ending` fires, which the lease keeper does as well. Never throws. */
export async function executeJob(
  {
    agent,
    breakers,
    clock,
    meter,
    settings,
  }: Pick<Parts, 'agent' | 'breakers' | 'clock' | 'meter' | 'settings'>,
  { job, claimed, ending, stream, sources }: Attempt,
  span: Span,
  stopping: Stopping,
): Promise<AttemptOutcome> {
  const stop = (): void => ending.abort(stopping.now.reason);
  stopping.now.addEventListener('abort', stop, { once: true });
  const finished = new AbortController();
  void limitTime(ending, settings.jobTimeoutMs, clock, finished.signal);
  try {
    ending.signal.throwIfAborted();
    const running = agent.run(job.request, {
      signal: ending.signal,
      drain: stopping.drain,
      emit: (event) => stream.emit(event),
      stepped(step) {
        meter.step(step);
        if (step.kind === 'model') breakers.answered(step.source);
      },
      sources,
      span,
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
