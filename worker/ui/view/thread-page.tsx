import { useAsking } from '../asking.ts';
import { useEndInView } from '../end-in-view.ts';
import { listJobs, readState } from '../api/jobs.ts';
import { listRuns } from '../api/threads.ts';
import type { ThreadRun } from '../api/threads.ts';
import { addressOf } from '../place.ts';
import { wordsOf } from '../run/content.ts';
import { eventsFrom } from '../run/from-messages.ts';
import { asList, asObject } from '../run/json.ts';
import type { Json } from '../run/json.ts';
import { Story } from '../run/story.ts';
import { useRun } from '../use-run.ts';
import { Asked, RunBody } from './run-body.tsx';
import { RunActions } from './run-actions.tsx';
import { RunReply } from './run-reply.tsx';
import { RunSide } from './run-side.tsx';
import { Status, statusOf } from './status.tsx';
import { Steps } from './steps.tsx';
import { Timeline } from './timeline.tsx';
import { ago } from './times.ts';
import { Trouble } from './trouble.tsx';

const EVERY_MS = 4_000;

/** The runs of a thread, the oldest first. A job that nobody went on with is a thread of one run. */
async function runsOf(threadId: string, signal: AbortSignal): Promise<readonly ThreadRun[]> {
  const [runs, named] = await Promise.all([
    listRuns(threadId, signal),
    listJobs({ status: '', agent: '', text: threadId }, '', signal),
  ]);
  const first = named.jobs.filter(
    ({ jobId }) => jobId === threadId && !runs.some(({ runId }) => runId === jobId),
  );
  return [...first.map(({ jobId, status, createdAt }) => ({ runId: jobId, status, createdAt })), ...runs];
}

/** A thread as a conversation: what was said before, and the last run as it goes. */
export function ThreadPage({ threadId }: { readonly threadId: string }) {
  const {
    answer: runs,
    trouble,
    again,
  } = useAsking(threadId, (signal) => runsOf(threadId, signal), EVERY_MS);
  const last = runs?.at(-1);
  return (
    <article class="run-page">
      <Trouble of={trouble} />
      {runs && !last && <p class="nothing">Nothing has run on this thread yet.</p>}
      {runs && last && (
        <Conversation key={last.runId} threadId={threadId} runs={runs} last={last.runId} replied={again} />
      )}
    </article>
  );
}

function Conversation({
  threadId,
  runs,
  last,
  replied,
}: {
  readonly threadId: string;
  readonly runs: readonly ThreadRun[];
  readonly last: string;
  readonly replied: () => void;
}) {
  const run = useRun(last);
  const end = useEndInView(run.story.version + Number(run.job !== undefined));
  const before = runs.at(-2)?.runId;
  const { answer: earlier } = useAsking(before ?? '', async (signal) =>
    before === undefined ? [] : asList(asObject((await readState(before, signal))['values'])['messages']),
  );
  return (
    <>
      <header class="head">
        <div>
          <p class="crumb">
            <a href="#/threads">Threads</a>
          </p>
          <h1>{titleOf(earlier ?? []) || run.job?.about || threadId}</h1>
          {run.job && <Status status={statusOf(run.job)} />}
        </div>
        <RunActions run={run} />
      </header>
      <Timeline story={run.story} />
      <div class="columns">
        <div class="conversation-column">
          <Earlier messages={earlier ?? []} />
          <RunBody run={run} />
          <RunReply run={run} replied={replied} />
          <div ref={end} class="end" />
        </div>
        <aside aria-label="About this thread">
          <RunSide run={run} />
          <section class="side">
            <h2>Runs</h2>
            <ul class="thread-runs">
              {runs.toReversed().map(({ runId, status, createdAt }) => (
                <li key={runId}>
                  <a href={addressOf({ kind: 'run', jobId: runId })}>
                    <Status status={runId === last && run.job ? statusOf(run.job) : status} />
                    <time dateTime={createdAt}>{ago(createdAt, Date.now())}</time>
                  </a>
                </li>
              ))}
            </ul>
          </section>
        </aside>
      </div>
    </>
  );
}

/** What the conversation began with. */
function titleOf(messages: readonly Json[]): string {
  const first = asObject(messages.find((message) => asObject(message)['type'] === 'human'));
  return wordsOf(first['content'] ?? null);
}

/** What was said on the thread before its last run: what people said, and what came of each. */
function Earlier({ messages }: { readonly messages: readonly Json[] }) {
  return (
    <>
      {turnsOf(messages).map(({ asked, answered }, index) => (
        <div key={index} class="conversation">
          <Asked messages={asked} />
          <Steps story={told(answered)} />
        </div>
      ))}
    </>
  );
}

interface Turn {
  readonly asked: readonly Json[];
  readonly answered: readonly Json[];
}

function turnsOf(messages: readonly Json[]): readonly Turn[] {
  const begins = messages.flatMap((message, index) => (asObject(message)['type'] === 'human' ? [index] : []));
  return begins.map((begin, index) => ({
    asked: messages.slice(begin, begin + 1),
    answered: messages.slice(begin + 1, begins[index + 1] ?? messages.length),
  }));
}

function told(messages: readonly Json[]): Story {
  const story = new Story();
  for (const event of eventsFrom(messages, '')) story.apply(event);
  story.ended = true;
  return story;
}
