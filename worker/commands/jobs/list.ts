import { command } from '../../../command-line/command.ts';
import { DONE } from '../../../command-line/exit-code.ts';
import { wholeNumber } from '../../../command-line/flag.ts';
import { refuseIdle } from '../../../command-line/idle.ts';
import { MOST_COUNTED } from '../../job-filter.ts';
import type { JobCount } from '../../job-filter.ts';
import type { JobStatus, JobSummary } from '../../job-store.ts';
import { parseDuration } from '../../jobs/rules/duration.ts';
import { STATUSES, readStatuses } from '../../jobs/rules/statuses.ts';
import { ENVIRONMENT } from '../configure.ts';
import { withJobs } from './open-store.ts';
import { age, table } from './table.ts';

function statuses(text: string): readonly JobStatus[] {
  const read = readStatuses(text);
  if (read) return read;
  throw new Error(`expected one or more of ${STATUSES.join(', ')}, separated by commas, got "${text}"`);
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new Error(`expected an age such as 30s, 10m, 24h or 7d, got "${text}"`);
}

/** A job that has completed with a question is not through for whoever has to answer it. */
const ASKS = 'asks a person';

function listed(jobs: readonly JobSummary[], columns: number | undefined): string {
  const now = Date.now();
  const rows = jobs.map((job) => [
    job.jobId,
    job.asks ? ASKS : job.status,
    age(job.createdAt, now),
    String(job.attempts),
    job.agent,
    job.error?.code ?? '',
    job.about,
  ]);
  return table(['JOB', 'STATUS', 'AGE', 'ATTEMPTS', 'AGENT', 'ERROR', 'ABOUT'], rows, columns);
}

function counted(counts: readonly JobCount[]): string {
  const rows = counts.map(({ status, code, jobs }) => [
    status,
    code ?? '',
    jobs < MOST_COUNTED ? String(jobs) : `${MOST_COUNTED} or more`,
  ]);
  return table(['STATUS', 'ERROR', 'JOBS'], rows, undefined);
}

function lines(values: readonly object[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

/** `worker jobs list`. */
export const listCommand = command({
  description: `Lists jobs, the newest first, or counts them.
${ENVIRONMENT}`,
  flags: {
    status: { value: 'STATUS,…', help: `Any of ${STATUSES.join(', ')}.`, read: statuses },
    code: { value: 'CODE', help: 'Code of the error of jobs that failed or were cancelled.' },
    agent: { value: 'NAME', help: 'Name of the definition.' },
    text: { value: 'TEXT', help: 'A part of the id, the trace id, what was asked for, or the error.' },
    older: { value: 'AGE', help: 'Asked for longer ago than this, such as 1h.', read: duration },
    younger: { value: 'AGE', help: 'Asked for since.', read: duration },
    limit: { value: 'NUMBER', otherwise: '50', help: 'Most jobs to list.', read: wholeNumber(1) },
    after: { value: 'JOB', help: 'Go on after this one.' },
    counts: { help: 'Count by status and error instead.' },
    json: { help: 'One JSON object a line.' },
  },
  run(call, terminal) {
    const { flags } = call;
    if (flags.counts) refuseIdle(call, ['limit', 'after'], 'with --counts, which counts all');
    return withJobs(
      () => undefined,
      async ({ store }) => {
        const { status, code, agent, text, older, younger, limit, after } = flags;
        const filter = { statuses: status, code, agent, text, olderMs: older, youngerMs: younger };
        if (flags.counts) {
          const counts = await store.counts(filter);
          terminal.print(flags.json ? lines(counts) : counted(counts));
          return DONE;
        }
        const found = await store.list(filter, limit, after);
        terminal.print(flags.json ? lines(found) : listed(found, terminal.columns));
        return DONE;
      },
    );
  },
});
