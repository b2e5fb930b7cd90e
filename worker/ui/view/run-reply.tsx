import { startRun } from '../api/threads.ts';
import { questionsOf } from '../run/asking.ts';
import type { Json, JsonObject } from '../run/json.ts';
import type { Run } from '../use-run.ts';
import { Composer } from './composer.tsx';
import { Decide } from './decide.tsx';

/** What a person can say to the last run of a thread: an answer to what it asks, or what comes next. */
export function RunReply({
  run,
  replied,
}: {
  readonly run: Run;
  readonly replied: (thread: string) => void;
}) {
  const { job, asked } = run;
  if (!job || !asked) return null;
  const { thread, definition } = asked;
  const reply = async (what: { readonly input: JsonObject } | { readonly resume: Json }): Promise<void> => {
    await startRun(thread, { definition, ...what });
    replied(thread);
  };
  if (job.asks)
    return (
      <Decide
        key={job.jobId}
        questions={questionsOf(job.result?.['interrupts'])}
        answer={(resume) => reply({ resume })}
      />
    );
  const isUnfinished = job.status === 'queued' || job.status === 'running';
  return <Composer label="Say what comes next" send={(input) => reply({ input })} disabled={isUnfinished} />;
}
