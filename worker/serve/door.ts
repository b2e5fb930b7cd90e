import { systemClock } from '../adapters/clock.ts';
import type { Config } from '../config/config.ts';
import { identifying } from '../http/callers.ts';
import type { Door, Service } from '../http/service.ts';
import { signedTokens } from '../http/signed-tokens.ts';
import { openDefinitions } from '../jobs/agents/definitions.ts';
import type { Log } from '../jobs/parts.ts';
import type { Connections } from './connections.ts';
import { tenantCrons } from './tenants/crons.ts';
import { tenantJobs } from './tenants/jobs.ts';
import { tenantThreads } from './tenants/threads.ts';

/** What a tenant sees of all that there is. */
function serviceOf(service: Service, tenantPlaces: Connections['ofTenant'], tenant: string): Service {
  const { items, assistants } = tenantPlaces(tenant);
  const store = tenantJobs(tenant, service.parts.store, service.threads);
  const threads = tenantThreads(tenant, service.threads, service.parts.store);
  const crons = tenantCrons(tenant, service.crons);
  const agents = { ...service.agents, assistants };
  const definitions = openDefinitions(agents, threads, store);
  return { ...service, items, threads, crons, agents, parts: { ...service.parts, store, definitions } };
}

/** Lets callers in, each to what it may see. */
export function openDoor(
  service: Service,
  { ofTenant }: Pick<Connections, 'ofTenant'>,
  { token, tokens, issuers, origins, maxRequestBytes }: Config['http'],
  hosts: readonly string[] | undefined,
  log: Log,
): Door {
  return {
    identify: identifying({ token, tokens, signed: signedTokens(issuers) }),
    serviceOf: (tenant) => (tenant === undefined ? service : serviceOf(service, ofTenant, tenant)),
    maxRequestBytes,
    metrics: service.metrics,
    origins,
    hosts,
    log,
    clock: systemClock,
  };
}
