import type { CronFacts, CronRecord } from '../../../cron-store.ts';
import type { JsonObject } from '../../../json.ts';

/** Columns of what a cron is that may change, in the order of `factValues`. */
export const FACT_COLUMNS =
  'assistant_id, keeps_threads, schedule, timezone, end_at, enabled, payload, metadata';

/** What `cronFrom` reads. */
export const CRON_COLUMNS = `cron_id, tenant, thread_id, ${FACT_COLUMNS}, next_at, created_at, updated_at`;

export interface CronRow {
  readonly cron_id: string;
  readonly tenant: string | null;
  readonly thread_id: string | null;
  readonly keeps_threads: boolean;
  readonly assistant_id: string;
  readonly schedule: string;
  readonly timezone: string | null;
  readonly end_at: Date | null;
  readonly enabled: boolean;
  readonly payload: JsonObject;
  readonly metadata: JsonObject;
  readonly next_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

export function cronFrom(row: CronRow): CronRecord {
  return {
    cronId: row.cron_id,
    tenant: row.tenant ?? undefined,
    threadId: row.thread_id ?? undefined,
    keepsThreads: row.keeps_threads,
    assistantId: row.assistant_id,
    schedule: row.schedule,
    timezone: row.timezone ?? undefined,
    endTime: row.end_at?.toISOString(),
    enabled: row.enabled,
    payload: row.payload,
    metadata: row.metadata,
    nextAt: row.next_at?.toISOString(),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

export function factValues(facts: CronFacts): readonly unknown[] {
  const { assistantId, keepsThreads, schedule, timezone, endTime, enabled, payload, metadata } = facts;
  const [zone, end] = [timezone ?? null, endTime ?? null];
  const [asked, told] = [JSON.stringify(payload), JSON.stringify(metadata)];
  return [assistantId, keepsThreads, schedule, zone, end, enabled, asked, told];
}
