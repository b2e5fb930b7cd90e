import type { ThreadStore } from '../../thread-store.ts';
import { summary } from './summary.ts';
import type { Tables } from './table.ts';

/** Questions that nobody has answered in time. */
export function memoryQuestions(tables: Tables): Pick<ThreadStore, 'takeQuestions' | 'closeQuestion'> {
  return {
    async takeQuestions(limit, holdMs) {
      const now = tables.now();
      const over = [...tables.jobs.values()]
        .filter(({ answerBy = Infinity }) => answerBy <= now)
        .slice(0, limit);
      return over.flatMap((row) => {
        const { job, end } = row;
        const asks = summary(tables, row).asks && end?.status === 'completed';
        row.answerBy = asks ? now + holdMs : undefined;
        return asks ? [{ jobId: job.jobId, request: job.request, result: end.result }] : [];
      });
    },
    async closeQuestion(jobId) {
      const row = tables.jobs.get(jobId);
      if (row) row.answerBy = undefined;
    },
  };
}
