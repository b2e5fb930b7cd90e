import { MOST_CRONS } from '../../cron-store.ts';
import type { CronFilter, CronPage, CronRecord, CronStore } from '../../cron-store.ts';
import { isSameSchedule, nextDue } from '../../jobs/schedule.ts';
import { holds } from './holds.ts';
import type { CronRow, Tables } from './table.ts';

const KEYS = {
  cron_id: 'cronId',
  assistant_id: 'assistantId',
  thread_id: 'threadId',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
  next_run_date: 'nextAt',
} as const satisfies Record<CronPage['sortBy'], keyof CronRecord>;

function isMeant(
  { assistantIds, threadId, enabled, metadata, tenant }: CronFilter,
  cron: CronRecord,
): boolean {
  return (
    (assistantIds === undefined || assistantIds.includes(cron.assistantId)) &&
    (threadId === undefined || cron.threadId === threadId) &&
    (enabled === undefined || cron.enabled === enabled) &&
    (metadata === undefined || holds(cron.metadata, metadata)) &&
    (tenant === undefined || cron.tenant === tenant)
  );
}

/** What is missing comes last, as in PostgreSQL. */
function compare(one: string | undefined, other: string | undefined, sign: 1 | -1): number {
  if (one === undefined || other === undefined)
    return Number(one === undefined) - Number(other === undefined);
  return sign * (one < other ? -1 : Number(one > other));
}

/** Crons in this process, beside its jobs. */
export function memoryCrons(tables: Tables): CronStore {
  const { crons } = tables;
  const now = (): Date => new Date(tables.now());
  const find = (filter: CronFilter): readonly CronRecord[] =>
    [...crons.values()].map(({ cron }) => cron).filter((cron) => isMeant(filter, cron));
  const take = (row: CronRow, holdMs: number) => {
    row.heldUntil = tables.now() + holdMs;
    const { cron, turn } = row;
    return { cron, turn: { cronId: cron.cronId, turn, nextAt: nextDue(cron, now())?.toISOString() } };
  };
  return {
    async create(cronId, facts, tenant) {
      if ([...crons.values()].filter(({ cron }) => cron.tenant === tenant).length >= MOST_CRONS)
        return undefined;
      const [createdAt, nextAt] = [now().toISOString(), nextDue(facts, now())?.toISOString()];
      const cron: CronRecord = { ...facts, cronId, tenant, nextAt, createdAt, updatedAt: createdAt };
      crons.set(cronId, { cron, turn: 0, heldUntil: 0 });
      return cron;
    },
    read: async (cronId) => crons.get(cronId)?.cron,
    async search(filter, { limit, offset, sortBy, descending }) {
      const [key, sign] = [KEYS[sortBy], descending ? -1 : 1] as const;
      return find(filter)
        .toSorted((a, b) => compare(a[key], b[key], sign) || compare(a.cronId, b.cronId, 1))
        .slice(offset, offset + limit);
    },
    count: async (filter) => find(filter).length,
    async change(cronId, change) {
      const row = crons.get(cronId);
      if (!row) return undefined;
      const facts = change(row.cron);
      const anew = !isSameSchedule(row.cron, facts);
      const nextAt = anew ? nextDue(facts, now())?.toISOString() : row.cron.nextAt;
      row.cron = {
        ...row.cron,
        ...facts,
        threadId: row.cron.threadId,
        nextAt,
        updatedAt: now().toISOString(),
      };
      if (anew) Object.assign(row, { turn: row.turn + 1, heldUntil: 0 });
      return row.cron;
    },
    remove: async (cronId) => crons.delete(cronId),
    async takeDue(limit, holdMs) {
      const due = [...crons.values()].filter(({ cron, heldUntil }) => {
        const at = cron.nextAt === undefined ? Infinity : Date.parse(cron.nextAt);
        return at <= tables.now() && heldUntil <= tables.now();
      });
      return due.slice(0, limit).map((row) => take(row, holdMs));
    },
    moveOn: async (turn) => tables.moveOn(turn),
  };
}
