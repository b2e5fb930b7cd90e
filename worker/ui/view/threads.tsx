import { useAsking } from '../asking.ts';
import { THREAD_STATUSES, countThreads, listThreads } from '../api/threads.ts';
import type { Thread } from '../api/threads.ts';
import { addressOf } from '../place.ts';
import { asText } from '../run/json.ts';
import { StatusFilter } from './filters.tsx';
import { Status } from './status.tsx';
import { ago } from './times.ts';
import { Trouble } from './trouble.tsx';

const EVERY_MS = 4_000;

async function look(status: string, signal: AbortSignal) {
  const [threads, ...counted] = await Promise.all([
    listThreads(status, 0, signal),
    ...THREAD_STATUSES.map(countThreads),
  ]);
  const counts = Object.fromEntries(THREAD_STATUSES.map((one, index) => [one, counted[index] ?? 0]));
  return { threads, counts };
}

/** Threads, the one that was changed last first. */
export function Threads({ status }: { readonly status: string }) {
  const { answer, trouble } = useAsking(status, (signal) => look(status, signal), EVERY_MS);
  return (
    <section class="list-page">
      <header class="head">
        <h1>Threads</h1>
      </header>
      <StatusFilter
        statuses={THREAD_STATUSES}
        chosen={status}
        counts={answer?.counts ?? {}}
        address={(chosen) => addressOf({ kind: 'threads', status: chosen })}
      />
      <Trouble of={trouble} />
      {answer?.threads.length === 0 && <p class="nothing">There is no thread like that.</p>}
      <ul class="rows">
        {answer?.threads.map((thread) => (
          <Row key={thread.threadId} thread={thread} />
        ))}
      </ul>
    </section>
  );
}

function Row({ thread }: { readonly thread: Thread }) {
  const { threadId, status, metadata, updatedAt } = thread;
  return (
    <li>
      <a class="row" href={addressOf({ kind: 'thread', threadId })}>
        <Status status={status} />
        <span class="row-title">{asText(metadata['title']) || threadId}</span>
        <span class="row-more">
          {asText(metadata['graph_id']) !== '' && <span>{asText(metadata['graph_id'])}</span>}
          <time dateTime={updatedAt}>{ago(updatedAt, Date.now())}</time>
        </span>
      </a>
    </li>
  );
}
