import type { Observed } from '../../composition/contract.ts';
import { at, text } from '../../composition/read.ts';
import type { Size } from '../../kube/sizes.ts';
import { containerResources } from '../../kube/sizes.ts';

/** What databases of v0.1.0 were made with, whatever their size. */
const firstMaxConnections = 100;

/**
 * Connections that a size bears: one for each 9,531,392 bytes of its memory limit, which is the rule of Amazon RDS. Beside
 * the shared buffers, an eighth of the limit, and the working memory of all of them, a quarter, that leaves each
 * server process five MB.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.MaxConnections
 */
function connectionsOf({ memory }: Size): number {
  return Math.floor((memory.limit * 1024 * 1024) / 9_531_392);
}

/**
 * `max_connections` of a database. A change of it restarts PostgreSQL, so a database of v0.1.0 keeps what it has until
 * its size changes, which restarts it anyway.
 */
export function maxConnections(size: Size, live: Observed | undefined): number {
  const now = text(at(live, 'spec', 'postgresql', 'parameters', 'max_connections'));
  const memory = text(at(live, 'spec', 'resources', 'limits', 'memory'));
  const sameSize = memory === containerResources(size).limits.memory;
  return now === `${firstMaxConnections}` && sameSize ? firstMaxConnections : connectionsOf(size);
}

/**
 * Memory parameters that follow from the size, in MB of 1024 kB as PostgreSQL counts, below those that are given.
 * shared_buffers is half of what is requested, because CloudNativePG refuses more than all of it; the planner may count
 * on half of the limit as cache; all connections together may sort in a quarter of the limit.
 */
export function sizedParameters(
  { memory }: Size,
  connections: number,
  given: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const most = Number(given.max_connections ?? connections) || connections;
  return {
    effective_cache_size: `${memory.limit / 2}MB`,
    maintenance_work_mem: `${memory.limit / 16}MB`,
    max_connections: `${connections}`,
    shared_buffers: `${memory.request / 2}MB`,
    work_mem: `${Math.max(64, Math.floor((memory.limit * 1024) / (4 * most)))}kB`,
    ...given,
  };
}
