import type { ThreadStore } from '../../thread-store.ts';
import { newTraceparent, unansweredId } from '../digest.ts';
import type { Parts } from '../parts.ts';
import { jobOf } from '../rules/job.ts';
import { readStored } from '../rules/message.ts';
import { defaultAnswer } from '../rules/unanswered.ts';

export interface Answering extends Pick<Parts, 'store' | 'agent' | 'due' | 'log'> {
  readonly threads: Pick<ThreadStore, 'takeQuestions' | 'closeQuestion'>;
}

const BATCH = 20;
/** Longer than it takes to put a job into the store. */
const HOLD_MS = 15_000;

/**
 * Gives the answers that definitions have for questions which nobody has answered in time. The answer to a question is a job of an
 * id of its own, so that it is given once, whatever dies meanwhile.
 */
export async function answerQuestions({ threads, store, agent, due, log }: Answering): Promise<void> {
  for (const { jobId, request, result } of await threads.takeQuestions(BATCH, HOLD_MS)) {
    const asked = readStored(request);
    const resume = defaultAnswer(result);
    if (asked && resume !== undefined) {
      const id = unansweredId(jobId);
      const { traceId, definition, thread = jobId } = asked;
      const run = { command: { resume }, if_late: 'ignore' };
      const answer = {
        jobId: id,
        traceId,
        definition,
        thread,
        input: {},
        run,
        traceparent: newTraceparent(id),
      };
      const put = await store.park(jobOf(answer, agent).stored);
      log.info({ job_id: jobId, answer: id, put }, 'gave the answer to a question that nobody has answered');
      due.soon(0);
    }
    await threads.closeQuestion(jobId);
  }
}
