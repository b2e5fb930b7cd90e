import { useEffect, useState } from 'preact/hooks';
import { useAsking } from '../asking.ts';
import { STATUSES, countJobs, listJobs } from '../api/jobs.ts';
import type { Job, JobFilter } from '../api/jobs.ts';
import { addressOf, go } from '../place.ts';
import { StatusFilter } from './filters.tsx';
import { Status, statusOf } from './status.tsx';
import { ago, duration } from './times.ts';
import { Trouble } from './trouble.tsx';

const EVERY_MS = 3_000;

/** Jobs, the newest first, as they come and go. */
export function Runs({ filter }: { readonly filter: JobFilter }) {
  const { status, text, agent } = filter;
  const wanted = { status, text, agent };
  const key = JSON.stringify(wanted);
  const [older, setOlder] = useState<readonly Job[]>([]);
  const [next, setNext] = useState<string>();
  useEffect(() => {
    setOlder([]);
    setNext(undefined);
  }, [key]);
  const { answer, trouble } = useAsking(key, (signal) => listJobs(wanted, '', signal), EVERY_MS);
  const counting = useAsking(text + agent, (signal) => countJobs({ text, agent }, signal), EVERY_MS);
  const listed = new Set(answer?.jobs.map(({ jobId }) => jobId));
  const jobs = [...(answer?.jobs ?? []), ...older.filter(({ jobId }) => !listed.has(jobId))];
  const more = next ?? answer?.next ?? '';
  const showMore = async (): Promise<void> => {
    const page = await listJobs(wanted, more, new AbortController().signal);
    setOlder((known) => [...known, ...page.jobs]);
    setNext(page.next);
  };
  return (
    <section class="list-page">
      <header class="head">
        <h1>Runs</h1>
        <Search filter={wanted} />
      </header>
      <StatusFilter
        statuses={STATUSES}
        chosen={status}
        counts={counting.answer ?? {}}
        address={(chosen) => addressOf({ kind: 'runs', ...wanted, status: chosen })}
      />
      <Trouble of={trouble} />
      {answer && jobs.length === 0 && <Nothing filtered={status + text + agent !== ''} />}
      <ul class="rows">
        {jobs.map((job) => (
          <Row key={job.jobId} job={job} />
        ))}
      </ul>
      {more !== '' && (
        <button class="button" type="button" onClick={() => void showMore()}>
          Show older runs
        </button>
      )}
    </section>
  );
}

function Search({ filter }: { readonly filter: JobFilter }) {
  const [text, setText] = useState(filter.text);
  useEffect(() => setText(filter.text), [filter.text]);
  return (
    <form
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        go({ kind: 'runs', ...filter, text: text.trim() });
      }}
    >
      <input
        type="search"
        aria-label="Find runs by a part of their id, what was asked for, or the error"
        placeholder="Find a run"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onSearch={() => text === '' && go({ kind: 'runs', ...filter, text: '' })}
      />
    </form>
  );
}

function Nothing({ filtered }: { readonly filtered: boolean }) {
  if (filtered)
    return (
      <p class="nothing">
        No run is like that. <a href="#/runs">Show all</a>
      </p>
    );
  return (
    <p class="nothing">
      No agent has run yet. <a href="#/start">Start the first one</a>
    </p>
  );
}

function Row({ job }: { readonly job: Job }) {
  const { jobId, about, agent, status, attempts, createdAt, startedAt, finishedAt, code } = job;
  const now = Date.now();
  const took = startedAt === '' ? '' : duration((Date.parse(finishedAt) || now) - Date.parse(startedAt));
  return (
    <li>
      <a class="row" href={addressOf({ kind: 'run', jobId })}>
        <Status status={statusOf(job)} />
        <span class="row-title">{about || jobId}</span>
        <span class="row-more">
          {code !== '' && status !== 'completed' && <code>{code}</code>}
          {attempts > 1 && <span>attempt {attempts}</span>}
          {agent !== '' && <span>{agent}</span>}
          {took !== '' && <span>{took}</span>}
          <time dateTime={createdAt}>{ago(createdAt, now)}</time>
        </span>
      </a>
    </li>
  );
}
