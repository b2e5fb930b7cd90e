import type { CronFacts, CronRecord } from '../../cron-store.ts';
import { isJsonObject } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import type { CronChange, CronCreate } from './cron-schemas.ts';

/** Of all that is asked, what concerns the runs. */
function runOf(asks: CronChange): JsonObject {
  const apart = ['schedule', 'timezone', 'end_time', 'enabled', 'on_run_completed', 'metadata'];
  return Object.fromEntries(Object.entries(asks).filter(([name]) => !apart.includes(name))) as JsonObject;
}

function withoutNulls(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  );
}

/** A new cron. */
export function newFacts(threadId: string | undefined, { assistant_id, ...asks }: CronCreate): CronFacts {
  return {
    assistantId: assistant_id,
    threadId,
    keepsThreads: asks.on_run_completed === 'keep',
    schedule: asks.schedule,
    timezone: asks.timezone ?? undefined,
    endTime: asks.end_time ?? undefined,
    enabled: asks.enabled ?? true,
    payload: withoutNulls(runOf(asks)),
    metadata: asks.metadata ?? {},
  };
}

/** What a cron becomes: null takes back what it said. Metadata is added to. */
export function changedFacts(cron: CronRecord, asks: CronChange): CronFacts {
  const { schedule, timezone, end_time, enabled, on_run_completed, metadata } = asks;
  return {
    ...cron,
    keepsThreads: on_run_completed ? on_run_completed === 'keep' : cron.keepsThreads,
    schedule: schedule ?? cron.schedule,
    timezone: timezone === undefined ? cron.timezone : (timezone ?? undefined),
    endTime: end_time === undefined ? cron.endTime : (end_time ?? undefined),
    enabled: enabled ?? cron.enabled,
    payload: withoutNulls({ ...cron.payload, ...runOf(asks) }),
    metadata: { ...cron.metadata, ...metadata },
  };
}

/** What is asked of its runs, as it is shown again: without the definition of an agent. */
function shownPayload({ config, ...rest }: JsonObject): JsonObject {
  if (!isJsonObject(config)) return rest;
  const { configurable, ...more } = config;
  const { agent_definition: _, ...keys } = isJsonObject(configurable) ? configurable : {};
  return { ...rest, config: { ...more, configurable: keys } };
}

/** A cron as clients see it. */
export function cronView(cron: CronRecord): JsonObject {
  const { threadId } = cron;
  const ofItsThreads = cron.keepsThreads ? 'keep' : 'delete';
  return {
    cron_id: cron.cronId,
    assistant_id: cron.assistantId,
    thread_id: threadId ?? null,
    on_run_completed: threadId === undefined ? ofItsThreads : null,
    schedule: cron.schedule,
    timezone: cron.timezone ?? null,
    end_time: cron.endTime ?? null,
    next_run_date: cron.nextAt ?? null,
    enabled: cron.enabled,
    payload: shownPayload(cron.payload),
    metadata: cron.metadata,
    user_id: cron.tenant ?? null,
    created_at: cron.createdAt,
    updated_at: cron.updatedAt,
  };
}
