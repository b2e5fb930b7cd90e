import type { AskedCrons } from '../../asked-stores.ts';

/** The crons of a tenant: those of others are not there. */
export function tenantCrons(tenant: string, crons: AskedCrons): AskedCrons {
  const read: AskedCrons['read'] = async (cronId) => {
    const cron = await crons.read(cronId);
    return cron?.tenant === tenant ? cron : undefined;
  };
  return {
    read,
    create: (cronId, facts) => crons.create(cronId, facts, tenant),
    search: (filter, page) => crons.search({ ...filter, tenant }, page),
    count: (filter) => crons.count({ ...filter, tenant }),
    change: async (cronId, change) => ((await read(cronId)) ? crons.change(cronId, change) : undefined),
    remove: async (cronId) => ((await read(cronId)) ? crons.remove(cronId) : false),
  };
}
