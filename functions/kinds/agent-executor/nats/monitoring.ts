import type { Claim, Context, Observed, Problem } from '../../../composition/contract.ts';
import { at, list, text } from '../../../composition/read.ts';
import type { PlatformSettings } from '../../../kube/platform.ts';
import { platformSettings, serviceHost } from '../../../kube/platform.ts';
import { natsAddresses } from '../network/address.ts';
import { natsService } from './nats-service.ts';
import type { Spec } from '../xr.gen.ts';

/** Where KEDA reads the backlog: host and port, and whether over TLS. */
export interface Monitoring {
  readonly endpoint: string;
  readonly https: boolean;
}

const monitoringPort = 8222;
const longestLabel = 63;

/** What the claim says, or what follows from its servers; undefined when nothing does. */
export function monitoring(claim: Claim<Spec>, context: Context): Monitoring | undefined {
  const { nats, natsMonitoringEndpoint } = claim.spec;
  const given = nats?.monitoringEndpoint ?? natsMonitoringEndpoint;
  if (given !== undefined)
    return { endpoint: given.replace(/^https?:\/\//, ''), https: given.startsWith('https://') };
  const [first] = natsAddresses(claim);
  const host = first && headless(first.host, claim.namespace, platformSettings(context).settings);
  return host === undefined ? undefined : { endpoint: `${host}:${monitoringPort}`, https: false };
}

/** What KEDA was told before, which stays where nothing better is known. */
export function standingMonitoring(scaledObject: Observed | undefined): Monitoring | undefined {
  const [trigger] = list(at(scaledObject, 'spec', 'triggers'));
  const endpoint = text(at(trigger, 'metadata', 'natsServerMonitoringEndpoint'));
  return endpoint === '' ? undefined : { endpoint, https: at(trigger, 'metadata', 'useHttps') === 'true' };
}

/** A claim whose NATS is no Service, and that does not say where its monitoring port is. */
export function checkMonitoring(claim: Claim<Spec>, context: Context): Problem[] {
  if (monitoring(claim, context) !== undefined) return [];
  const [first] = natsAddresses(claim);
  const message =
    `is needed: KEDA reads the backlog at the monitoring port of NATS, and where that is cannot be told from ` +
    `${first?.host ?? 'no server'}, which is no Service; give a host and a port, such as nats-0.example.com:8222`;
  return [{ path: 'spec.nats.monitoringEndpoint', message }];
}

/**
 * The headless Service beside the one that clients use, as the NATS chart names it, with its namespace: KEDA is in another. Only
 * through it can KEDA ask the server that leads the consumer, and only it has the monitoring port.
 * https://github.com/nats-io/k8s/tree/main/helm/charts/nats
 */
function headless(host: string, ownNamespace: string, platform: PlatformSettings): string | undefined {
  const found = natsService(host, ownNamespace);
  if (found === undefined) return undefined;
  const name = `${found.service}-headless`;
  if (name.length > longestLabel) return undefined;
  const { domain, namespace } = found;
  return serviceHost(domain === undefined ? platform : { clusterDomain: domain }, name, namespace);
}
