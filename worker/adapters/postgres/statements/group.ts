/**
 * Workers that share one queue. Others may keep their jobs in the same database: every statement that finds rows by something
 * else than a lease finds those of its own group alone.
 */
export type Group = string;

/** Whether a row of `table` is of the group that is the parameter of this number, or from before rows had one. */
export function isOurs(parameter: number, table = 'agent_jobs'): string {
  return `(${table}.job_group = $${parameter} OR ${table}.job_group IS NULL)`;
}

/** Whether an id is neither a job nor a thread of another group: under one id is one state, whoever asks for it. */
export function isOpenTo(id: string, group: number): string {
  return `NOT EXISTS (SELECT FROM agent_jobs WHERE job_id = ${id} AND NOT ${isOurs(group)})
        AND NOT EXISTS (SELECT FROM agent_threads WHERE thread_id = ${id} AND job_group <> $${group})`;
}

/** Under which a tenant keeps what no worker runs by: names of groups have no spaces. */
export function tenantGroup(group: Group, tenant: string): Group {
  return `${group} ${tenant}`;
}
