import { onTestFinished } from 'vitest';
import { Failure } from '../../worker/jobs/rules/failures.ts';
import type { FailureCode } from '../../worker/jobs/rules/failures.ts';
import type { AgentOutcome, AgentRun, JobRequest } from '../../worker/ports.ts';
import { startLoop } from './loop.ts';
import type { Loop, Own } from './loop.ts';

const completed: AgentOutcome = {
  kind: 'completed',
  result: { output: 'done', status: 'completed' },
  resumed: false,
};

/** A loop that is stopped when the test is over. */
export function start(own: Own = {}): Loop {
  const loop = startLoop(own);
  onTestFinished(() => loop.stop(true));
  return loop;
}

/** An agent that does these things one attempt after the other, the last one for ever. */
export function attempts(
  ...steps: readonly ((run: AgentRun, request: JobRequest) => Promise<AgentOutcome>)[]
) {
  let made = 0;
  return {
    agent: {
      run: (request: JobRequest, run: AgentRun) => {
        const step = steps[Math.min(made, steps.length - 1)];
        made += 1;
        return step ? step(run, request) : Promise.resolve(completed);
      },
    },
    made: () => made,
  };
}

/** An attempt that completes the job. */
export const succeed = async () => completed;

/** An attempt that fails for this reason. */
export const fail = (code: FailureCode) => async () => {
  throw new Failure(code, 'the model said no');
};

/** An attempt that runs until its signal fires. */
export const hang = (run: AgentRun) =>
  new Promise<AgentOutcome>((_, reject) => {
    run.signal.addEventListener('abort', () => reject(new Error('aborted')));
  });
