import type pg from 'pg';
import type { CronStore } from '../../../cron-store.ts';
import type { Group } from '../statements/group.ts';
import { changeCron, createCron, removeCron } from './change-cron.ts';
import { countCrons, readCron, searchCrons } from './read-crons.ts';
import { moveCronOn, takeCrons } from './take-crons.ts';

/** Crons of one group in PostgreSQL. */
export function postgresCrons(pool: pg.Pool, group: Group): CronStore {
  return {
    create: (cronId, facts, tenant) => createCron(pool, group, cronId, facts, tenant),
    read: (cronId) => readCron(pool, group, cronId),
    search: (filter, page) => searchCrons(pool, group, filter, page),
    count: (filter) => countCrons(pool, group, filter),
    change: (cronId, change) => changeCron(pool, group, cronId, change),
    remove: (cronId) => removeCron(pool, group, cronId),
    takeDue: (limit, holdMs) => takeCrons(pool, group, limit, holdMs),
    moveOn: (turn) => moveCronOn(pool, group, turn),
  };
}
