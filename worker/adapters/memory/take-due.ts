import type { Rate } from '../../job-options.ts';
import type { DueAnswer, Taker } from '../../job-store.ts';
import { isUnmet } from '../../jobs/rules/needs.ts';
import { mayBegin, rankOf } from '../../jobs/rules/options.ts';
import { isSuspect } from './table.ts';
import type { Row, Tables } from './table.ts';

/** Nothing of its thread came before it and is not through, and nobody changes the thread by hand. */
function isItsTurn(tables: Tables, { job: { thread, jobId } }: Row): boolean {
  if (thread === undefined) return true;
  if ((tables.threads.get(thread)?.editedUntil ?? 0) > tables.now()) return false;
  const first = tables.jobsOf(thread).find((row) => row.finishedAt === undefined);
  return first?.job.jobId === jobId;
}

const keyOf = ({ job: { options, tenant } }: Row): string | undefined =>
  options?.concurrency && `${tenant ?? ''}\n${options.concurrency.key}`;

/** Its key has a place left, and none of its rates is full. */
function hasRoom(tables: Tables, row: Row): boolean {
  const { concurrency, rates = [] } = row.job.options ?? {};
  const key = keyOf(row);
  const running = [...tables.jobs.values()].filter((one) => one.status === 'running' && keyOf(one) === key);
  if (concurrency && running.length >= concurrency.limit) return false;
  return rates.every((rate) => mayBegin(tables.begun(row.job.tenant, rate), rate, tables.now()));
}

/** Jobs of a key whose worker is gone leave their places to others: they wait again. */
function freePlaces(tables: Tables): void {
  for (const row of tables.jobs.values()) {
    if (row.status !== 'running' || !row.job.options?.concurrency || row.leaseUntil > tables.now()) continue;
    Object.assign(row, { status: 'queued', crashes: row.crashes + 1, leaseUntil: 0, waitsHere: true });
  }
}

export function takeDue(tables: Tables, { leaseMs, blocked, alone }: Taker): DueAnswer {
  freePlaces(tables);
  const now = tables.now();
  const rank = (row: Row): number => rankOf(row.availableAt, row.job.options);
  const waiting = [...tables.jobs.values()].filter(
    (row) => row.finishedAt === undefined && row.waitsHere && row.leaseUntil <= now,
  );
  const due = waiting
    .filter(
      (row) =>
        row.availableAt <= now &&
        !row.job.needs.some((need) => isUnmet(need, blocked)) &&
        isItsTurn(tables, row) &&
        hasRoom(tables, row),
    )
    .toSorted((one, other) => rank(one) - rank(other));
  const next = due.find((row) => alone || !isSuspect(row));
  const later = Math.min(...waiting.map((row) => row.availableAt).filter((at) => at > now));
  if (next)
    for (const rate of next.job.options?.rates ?? []) tables.begun(next.job.tenant, rate).unshift(now);
  return {
    job: next && { claim: tables.take(next, leaseMs), request: next.job.request },
    nextMs: later === Infinity ? undefined : later - now,
    suspects: due.some((row) => row !== next && isSuspect(row)),
  };
}

/** No tenant is called that. */
const NOBODY = '\n';

/** As take-turn.ts of PostgreSQL has it. */
export function takeTurn(tables: Tables, rate: Rate): number {
  const begun = tables.begun(NOBODY, rate);
  const now = tables.now();
  const at = Math.max(now, (begun[rate.limit - 1] ?? -Infinity) + rate.per_seconds * 1_000);
  begun.unshift(at);
  begun.length = Math.min(begun.length, rate.limit);
  return at - now;
}
