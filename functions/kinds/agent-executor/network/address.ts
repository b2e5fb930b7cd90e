import type { Claim, Problem } from '../../../composition/contract.ts';
import { hostProblem, portProblem } from '../../../kube/host.ts';
import type { Address } from '../../../kube/egress.ts';
import type { PlatformSettings } from '../../../kube/platform.ts';
import type { Spec } from '../xr.gen.ts';

const natsPort = 4222;
const defaultUrl = 'nats://nats.nats.svc:4222';

interface Written {
  readonly path: string;
  readonly url: string;
}

/** The claim with the platform's NATS where it names none; the default of its schema names none. */
export function withPlatformNats(claim: Claim<Spec>, { nats }: PlatformSettings): Claim<Spec> {
  const { spec } = claim;
  if (nats === undefined || spec.nats?.servers !== undefined || spec.natsUrl !== defaultUrl) return claim;
  const own = spec.nats?.monitoringEndpoint ?? spec.natsMonitoringEndpoint;
  const endpoint =
    own === undefined && nats.monitoringEndpoint !== undefined
      ? { natsMonitoringEndpoint: nats.monitoringEndpoint }
      : {};
  return { ...claim, spec: { ...spec, natsUrl: nats.url, ...endpoint } };
}

/** The servers of NATS as the claim writes them, each with its place. */
function written({ spec }: Claim<Spec>): readonly Written[] {
  const { servers } = spec.nats ?? {};
  if (servers !== undefined)
    return servers.map((url, index) => ({ path: `spec.nats.servers[${index}]`, url: url.trim() }));
  return spec.natsUrl.split(',').map((url) => ({ path: 'spec.natsUrl', url: url.trim() }));
}

/** What the worker is told: all servers, separated by commas. */
export function natsUrl(claim: Claim<Spec>): string {
  return written(claim)
    .map(({ url }) => url)
    .join(',');
}

/** The servers of NATS, of a claim that has passed `checkAddresses`. */
export function natsAddresses(claim: Claim<Spec>): Address[] {
  return written(claim).map(({ url }) => {
    const { host, port } = split(url);
    return { host, port: port === undefined ? natsPort : Number(port) };
  });
}

/** Hosts and ports that no server can have, which the schema cannot tell. */
export function checkAddresses(claim: Claim<Spec>): Problem[] {
  const { spec } = claim;
  const twice =
    spec.nats?.servers !== undefined && spec.natsUrl !== defaultUrl
      ? [{ path: 'spec.natsUrl', message: 'is said by spec.nats.servers already; leave one of them out' }]
      : [];
  return [
    ...twice,
    ...written(claim).flatMap(({ path, url }) => check(path, url)),
    ...monitored('spec.natsMonitoringEndpoint', spec.natsMonitoringEndpoint),
    ...monitored('spec.nats.monitoringEndpoint', spec.nats?.monitoringEndpoint),
  ];
}

function monitored(path: string, endpoint: string | undefined): Problem[] {
  return endpoint === undefined ? [] : checkParts(path, endpoint.replace(/^https?:\/\//, ''));
}

function check(path: string, url: string): Problem[] {
  if (url.includes('@'))
    return [
      {
        path,
        message: 'has no place for a login: put it in a Secret and name that in spec.nats.credentialsSecret',
      },
    ];
  if (!/^(nats|tls):\/\//.test(url))
    return [
      { path, message: 'expected nats:// or tls://, a host and a port, such as nats://nats.nats.svc:4222' },
    ];
  return checkParts(path, url.replace(/^[a-z]+:\/\//, ''));
}

function checkParts(path: string, text: string): Problem[] {
  const { host, port } = split(text);
  const problems = [
    isThePodItself(host) ? `${host} would be the Pod itself` : hostProblem(host),
    port === undefined ? undefined : portProblem(port),
  ];
  return problems.flatMap((message) => (message === undefined ? [] : [{ path, message }]));
}

function isThePodItself(host: string): boolean {
  return /^((.*\.)?localhost\.?|127\..*|::1|0\.0\.0\.0|::)$/i.test(host);
}

/** An IPv6 address stands in brackets; without them nobody could tell its last part from a port. */
function split(text: string): { readonly host: string; readonly port: string | undefined } {
  const rest = text.replace(/^[a-z]+:\/\//, '');
  const [, six, name = rest, port] = /^(?:\[([^\]]*)\]|([^:]*))(?::([0-9]+))?$/.exec(rest) ?? [];
  return { host: six ?? name, port };
}
