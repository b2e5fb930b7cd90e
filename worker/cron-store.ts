import type { JsonObject } from './json.ts';

/** When a cron is due. */
export interface Schedule {
  /** Five fields: minute, hour, day, month and day of the week. */
  readonly schedule: string;
  /** A name of the IANA; UTC when undefined. */
  readonly timezone: string | undefined;
  /** ISO 8601: it is never due after that. */
  readonly endTime: string | undefined;
  readonly enabled: boolean;
}

/** What a cron asks for, and when. */
export interface CronFacts extends Schedule {
  /** Who runs. */
  readonly assistantId: string;
  /** With which its runs go on; each has a thread of its own when undefined. */
  readonly threadId: string | undefined;
  /** Whether threads of their own stay once their runs have ended. */
  readonly keepsThreads: boolean;
  /** What its runs are asked for with. */
  readonly payload: JsonObject;
  readonly metadata: JsonObject;
}

/** A cron as it is kept. Times are ISO 8601. */
export interface CronRecord extends CronFacts {
  readonly cronId: string;
  /** Whose it is; absent where it is nobody's but the operators'. */
  readonly tenant: string | undefined;
  /** When it is due next; undefined when never again. */
  readonly nextAt: string | undefined;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** One due time of a cron. Of all who have it in hand, the first to move the cron on has its run. */
export interface CronTurn {
  readonly cronId: string;
  readonly turn: number;
  /** ISO 8601: when it is due after this; undefined when never again. */
  readonly nextAt: string | undefined;
}

export interface DueCron {
  readonly cron: CronRecord;
  readonly turn: CronTurn;
}

/** Which crons are meant: those for which all that is given holds. */
export interface CronFilter {
  /** Any of these. */
  readonly assistantIds?: readonly string[] | undefined;
  readonly threadId?: string | undefined;
  readonly enabled?: boolean | undefined;
  readonly metadata?: JsonObject | undefined;
  readonly tenant?: string | undefined;
}

export interface CronPage {
  readonly limit: number;
  readonly offset: number;
  readonly sortBy: 'cron_id' | 'assistant_id' | 'thread_id' | 'created_at' | 'updated_at' | 'next_run_date';
  readonly descending: boolean;
}

/** Crons that one tenant may have, or all operators together. */
export const MOST_CRONS = 1_000;

/** Keeps crons of one group: those of others are not there. */
export interface CronStore {
  /** Undefined when there are as many as may be. Its thread has to be there. */
  create(cronId: string, facts: CronFacts, tenant?: string): Promise<CronRecord | undefined>;
  read(cronId: string): Promise<CronRecord | undefined>;
  search(filter: CronFilter, page: CronPage): Promise<readonly CronRecord[]>;
  count(filter: CronFilter): Promise<number>;
  /**
   * Makes of it what `change` says, but for its thread. A changed schedule counts from now on; otherwise it is due when it was. Undefined
   * when there is none.
   */
  change(cronId: string, change: (cron: CronRecord) => CronFacts): Promise<CronRecord | undefined>;
  /** False when there is none. */
  remove(cronId: string): Promise<boolean>;
  /**
   * Crons that are due, which are this caller's for `holdMs`: it puts their runs (`ThreadStore.putRun`), or moves them on without. What
   * came due several times while nobody asked is due once.
   */
  takeDue(limit: number, holdMs: number): Promise<readonly DueCron[]>;
  /** Leaves a due time without a run; false when somebody else was first. */
  moveOn(turn: CronTurn): Promise<boolean>;
}
