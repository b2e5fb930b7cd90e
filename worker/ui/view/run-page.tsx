import { useAsking } from '../asking.ts';
import { listRuns } from '../api/threads.ts';
import { addressOf, go } from '../place.ts';
import { useRun } from '../use-run.ts';
import { RunActions } from './run-actions.tsx';
import { RunBody } from './run-body.tsx';
import { RunReply } from './run-reply.tsx';
import { RunSide } from './run-side.tsx';
import { Status, statusOf } from './status.tsx';
import { Timeline } from './timeline.tsx';

/** The runs after this one on its thread; none of a job that nobody went on with. */
async function runsAfter(thread: string, jobId: string, signal: AbortSignal): Promise<number> {
  const runs = await listRuns(thread, signal);
  const at = runs.findIndex(({ runId }) => runId === jobId);
  return at === -1 ? runs.length : runs.length - 1 - at;
}

/** One run, as it goes. */
export function RunPage({ jobId }: { readonly jobId: string }) {
  const run = useRun(jobId);
  const { job, asked, story } = run;
  const thread = asked?.thread ?? '';
  const after = useAsking(`${thread} ${job?.status ?? ''}`, async (signal) =>
    thread === '' ? 0 : runsAfter(thread, jobId, signal),
  );
  const isLast = after.answer === 0;
  return (
    <article class="run-page">
      <header class="head">
        <div>
          <p class="crumb">
            <a href="#/runs">Runs</a>
            {thread !== '' && <a href={addressOf({ kind: 'thread', threadId: thread })}>Thread</a>}
          </p>
          <h1>{job?.about || jobId}</h1>
          {job && <Status status={statusOf(job)} />}
        </div>
        <RunActions run={run} />
      </header>
      <Timeline story={story} />
      <div class="columns">
        <div class="conversation-column">
          <RunBody run={run} />
          {isLast && <RunReply run={run} replied={(threadId) => go({ kind: 'thread', threadId })} />}
          {after.answer !== undefined && after.answer > 0 && (
            <p class="quiet">
              <a href={addressOf({ kind: 'thread', threadId: thread })}>The conversation went on.</a>
            </p>
          )}
        </div>
        <aside aria-label="About this run">
          <RunSide run={run} />
        </aside>
      </div>
    </article>
  );
}
