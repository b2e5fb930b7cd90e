import { isAddress } from '../../../kube/cidr.ts';

/** The Service of a NATS in the cluster. */
export interface NatsService {
  /** The one that clients use, also where its headless one or one of its Pods is written. */
  readonly service: string;
  readonly namespace: string;
  /** Of the cluster, where the host says one. */
  readonly domain: string | undefined;
}

/** That a host ends in it says no more than if it did not, on all but a few clusters. */
const usualDomain = 'cluster.local';
/** Of a name with one dot nobody can tell whether it is a Service's; a namespace is hardly called so. */
const publicDomains = new Set(['com', 'net', 'org', 'io']);

/** The Service that a host is, read in the given namespace; undefined when it is none. */
export function natsService(host: string, ownNamespace: string): NatsService | undefined {
  if (isAddress(host)) return undefined;
  const labels = host.toLowerCase().replace(/\.$/, '').split('.');
  const place = labels.indexOf('svc');
  // A Pod's own name stands before its Service's: nats-0.nats-headless.nats.svc.
  const [service = '', namespace = ownNamespace] = place === 3 ? labels.slice(1) : labels;
  const isService =
    place === 2 ||
    place === 3 ||
    labels.length === 1 ||
    (labels.length === 2 && !publicDomains.has(namespace));
  if (!isService) return undefined;
  const domain = place > 0 ? labels.slice(place + 1).join('.') : '';
  return { service: service.replace(/-headless$/, ''), namespace, domain: domain || undefined };
}

/** One text for one server, however it is written: host and port as people write them. */
export function serverName({ host, port }: { host: string; port: number }, ownNamespace: string): string {
  const found = natsService(host, ownNamespace);
  if (found === undefined) {
    const name = host.toLowerCase().replace(/\.$/, '');
    return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
  }
  const domain = found.domain === undefined || found.domain === usualDomain ? [] : [found.domain];
  return `${[found.service, found.namespace, 'svc', ...domain].join('.')}:${port}`;
}
