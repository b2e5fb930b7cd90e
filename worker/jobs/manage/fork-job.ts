import type { JobStore } from '../../job-store.ts';
import type { Agent } from '../../ports.ts';
import type { JsonObject } from '../../json.ts';
import { jobOf } from '../rules/job.ts';
import { readStored } from '../rules/message.ts';

/** A job that goes another way from a checkpoint of one that there is. */
export interface Fork {
  readonly jobId: string;
  /** The newest when absent. */
  readonly checkpointId: string | undefined;
  /** What it is told there; nothing when absent: it takes the steps that come next. */
  readonly input: JsonObject | undefined;
}

export type Forked = 'forked' | 'unknown' | 'no checkpoint' | 'taken';

const MOST_CHECKPOINTS = 10_000;

/** Makes the fork of a job. It is on the same thread, and runs after whatever of it runs now. */
export async function forkJob(
  {
    store,
    agent,
  }: {
    readonly store: Pick<JobStore, 'request' | 'checkpoints' | 'park'>;
    readonly agent: Pick<Agent, 'needs'>;
  },
  from: string,
  { jobId, checkpointId, input }: Fork,
): Promise<Forked> {
  const request = readStored(await store.request(from));
  if (!request) return 'unknown';
  const known = await store.checkpoints(from, checkpointId === undefined ? 1 : MOST_CHECKPOINTS);
  const checkpoint = known.find((one) => checkpointId === undefined || one.checkpointId === checkpointId);
  if (!checkpoint) return 'no checkpoint';
  const fork = {
    ...request,
    jobId,
    input: input ?? request.input,
    thread: request.thread ?? from,
    run: {
      ...request.run,
      checkpoint: { checkpoint_id: checkpoint.checkpointId },
      ...(input === undefined && { continues: true }),
    },
  };
  const answer = await store.park(jobOf(fork, agent).stored);
  return answer === 'conflict' ? 'taken' : 'forked';
}
