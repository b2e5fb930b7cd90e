import { Failure } from '../../worker/jobs/rules/failures.ts';
import type { JobStore } from '../../worker/job-store.ts';
import type { Agent } from '../../worker/ports.ts';
import type { VirtualClock } from './virtual-clock.ts';
import type { Condition, Fault, wire } from './wire.ts';
import { modelStep } from '../stubs/model-step.ts';

/** Steps of each job. */
export const STEPS = 4;

/** How far each job has come, and who runs it. */
export class Progress {
  readonly steps = new Map<string, number>();
  readonly tokens = new Map<string, number>();
  readonly running = new Map<string, Condition>();
  /** Whose place of its concurrency key each job has. */
  readonly keys = new Map<string, string>();
  /** Of jobs that were retried after an end: how many ends they have. */
  readonly ends = new Map<string, number>();
  readonly violations: string[] = [];
}

/** An agent of some steps, each of which takes a while and may fail; its checkpoints are fenced by the store. */
export function agentOf(
  clock: VirtualClock,
  condition: Condition,
  progress: Progress,
  store: JobStore,
  call: ReturnType<typeof wire>,
  model: { awayUntil: number },
  happened: (fault: Fault) => void,
  leaseMs: number,
): Agent {
  return {
    check: () => [],
    needs: () => ['model'],
    forget: async () => {},
    async run({ jobId, options }, run) {
      const { signal, drain, token } = run;
      const other = progress.running.get(jobId);
      if (other && other !== condition && !other.dead && other.frozenUntil < clock.monotonic() - leaseMs)
        progress.violations.push(`${jobId} runs on two workers`);
      const key = options?.concurrency?.key ?? jobId;
      for (const [otherId, of] of progress.running) {
        const isGone = of.dead || of.frozenUntil >= clock.monotonic() - leaseMs;
        if (otherId !== jobId && progress.keys.get(otherId) === key && !isGone)
          progress.violations.push(`${jobId} runs beside ${otherId} of its key`);
      }
      progress.keys.set(jobId, key);
      progress.running.set(jobId, condition);
      try {
        for (let step = progress.steps.get(jobId) ?? 0; step < STEPS; step += 1) {
          if (drain.aborted) return { kind: 'drained' };
          await clock.sleep(100 + clock.random() * 900, signal);
          signal.throwIfAborted();
          if (model.awayUntil > clock.monotonic()) {
            happened('model away');
            throw new Failure('MODEL_UNAVAILABLE', 'away', { source: 'model' });
          }
          if (clock.random() < 0.02) {
            happened('step failed');
            throw new Failure('TOOL_TIMEOUT', 'late');
          }
          run.stepped(modelStep('model'));
          await call('store', async () => {
            const [lease] = await store.renew([{ jobId, token }], leaseMs);
            if (!lease?.held) throw new Failure('LEASE_LOST', 'gone');
            const newest = progress.tokens.get(jobId) ?? 0;
            if (token < newest) progress.violations.push(`${jobId}: token ${token} wrote after ${newest}`);
            progress.tokens.set(jobId, Math.max(newest, token));
            progress.steps.set(jobId, Math.max(progress.steps.get(jobId) ?? 0, step + 1));
          });
          run.emit({ type: 'on_state_update', data: { step } });
        }
        return { kind: 'completed', result: { output: 'done', status: 'completed' }, resumed: false };
      } finally {
        if (progress.running.get(jobId) === condition) progress.running.delete(jobId);
      }
    },
  };
}
