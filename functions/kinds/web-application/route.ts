import type {
  Claim,
  Composed,
  Context,
  Json,
  Manifest,
  Observed,
  Readiness,
} from '../../composition/contract.ts';
import { at, list, number, text } from '../../composition/read.ts';
import { metadata } from '../../kube/metadata.ts';
import { notServed, optionalKind } from '../../kube/optional-kind.ts';
import type { OptionalKind } from '../../kube/optional-kind.ts';
import type { Gateway, PlatformSettings } from '../../kube/platform.ts';
import { ready, taken, unready } from '../../kube/ready.ts';
import { web, webName } from './names.ts';
import { endpoint, servicePort } from './service.ts';
import type { CompleteSpec } from './complete.ts';

/** How requests come from outside. */
export interface Route {
  readonly resources: readonly Composed[];
  readonly asks: OptionalKind['asks'];
  /** Undefined when the claim has no hostname. */
  readonly readiness: Readiness | undefined;
}

/** Which requests are routed, and to what. */
interface Requests {
  readonly hostname: string;
  readonly path: string;
  readonly service: string;
  /** The Service's host inside of the cluster. */
  readonly host: string;
}

/** A kind of route, and its key among the composed resources: one that another takes the place of is another object. */
const routes = {
  HTTPRoute: {
    key: 'http-route',
    kind: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' },
    operator: 'the Gateway API and a gateway',
    spec: httpRoute,
  },
  VirtualService: {
    key: 'virtual-service',
    kind: { apiVersion: 'networking.istio.io/v1', kind: 'VirtualService' },
    operator: 'Istio',
    spec: virtualService,
  },
} as const;

/** The route of a claim with a hostname, by the platform's gateway. */
export function route(claim: Claim<CompleteSpec>, context: Context, platform: PlatformSettings): Route {
  const { gateway } = platform;
  const { hostname, path = '/' } = claim.spec;
  if (hostname === undefined) return { resources: [], asks: {}, readiness: undefined };
  if (gateway === undefined)
    return {
      resources: [],
      asks: {},
      readiness: unready(
        `to ${hostname} is made by nobody: the platform names no gateway, in data.gateway of EnvironmentConfig zerotouch`,
      ),
    };
  const { key, kind, operator, spec } = routes[gateway.kind];
  const { missing, asks } = optionalKind(context, key, kind);
  if (missing)
    return {
      resources: [],
      asks,
      readiness: unready(`to ${hostname} is made by nobody: ${notServed(kind, operator)}`),
    };
  const requests = { hostname, path, service: webName(claim), host: endpoint(claim, platform) };
  const own = { metadata: metadata(claim, web, webName(claim)), spec: spec(gateway, requests) };
  const object: Manifest = { ...kind, ...own };
  const made = taken(context, key);
  const readiness =
    made.ready && gateway.kind === 'HTTPRoute' ? accepted(context.observed(key), gateway, hostname) : made;
  return { resources: [{ key, object, readiness }], asks, readiness };
}

/** https://gateway-api.sigs.k8s.io/reference/spec/#httproute */
function httpRoute({ name, namespace, sectionName }: Gateway, { hostname, path, service }: Requests) {
  return {
    parentRefs: [{ name, namespace, ...(sectionName === undefined ? {} : { sectionName }) }],
    hostnames: [hostname],
    rules: [
      {
        matches: [{ path: { type: 'PathPrefix', value: path } }],
        backendRefs: [{ name: service, port: servicePort }],
      },
    ],
  };
}

/** Istio's prefixes are of texts, so that whole segments are two rules. https://istio.io/latest/docs/reference/config/networking/virtual-service/ */
function virtualService({ name, namespace }: Gateway, { hostname, path, host }: Requests) {
  return {
    gateways: [`${namespace}/${name}`],
    hosts: [hostname],
    http: [
      {
        ...(path === '/' ? {} : { match: [{ uri: { exact: path } }, { uri: { prefix: `${path}/` } }] }),
        route: [{ destination: { host, port: { number: servicePort } } }],
      },
    ],
  };
}

/** What to look at, by the standard's reasons: some gateways say no more. */
const reasons: ReadonlyMap<string, string> = new Map([
  ['NotAllowedByListeners', 'its allowedRoutes let no routes of this namespace in'],
  ['NoMatchingListenerHostname', 'none of its listeners is for this hostname'],
  ['NoMatchingParent', 'it has no such listener'],
]);

/**
 * What the platform's gateway says of the route as it is now. It has to have said that it accepts it: some write another condition first,
 * and what a gateway of before wrote may stand beside it. https://gateway-api.sigs.k8s.io/reference/spec/#routeparentstatus
 */
function accepted(
  observed: Observed | undefined,
  { name, namespace, sectionName }: Gateway,
  hostname: string,
): Readiness {
  const generation = number(at(observed, 'metadata', 'generation'));
  const said = list(at(observed, 'status', 'parents'))
    .filter(
      (parent) =>
        at(parent, 'parentRef', 'name') === name &&
        at(parent, 'parentRef', 'namespace') === namespace &&
        at(parent, 'parentRef', 'sectionName') === sectionName,
    )
    .flatMap((parent) => list(at(parent, 'conditions')))
    .filter((condition) => (number(at(condition, 'observedGeneration')) ?? generation) === generation);
  const isTrue = (condition: Json) => at(condition, 'status') === 'True';
  const no = (type: string) => said.find((each) => at(each, 'type') === type && !isTrue(each));
  const why = (condition: Json) => {
    const reason = text(at(condition, 'reason'));
    return text(at(condition, 'message')) || [reason, reasons.get(reason)].filter(Boolean).join(': ');
  };
  const by = `Gateway ${namespace}/${name}`;
  const refused = no('Accepted');
  if (refused !== undefined) return unready(`to ${hostname} is not accepted by ${by}: ${why(refused)}`);
  if (!said.some((each) => at(each, 'type') === 'Accepted'))
    return unready(`to ${hostname} waits for ${by} to accept it`);
  // Of a Service whose first Pod is not there yet, too.
  const unresolved = no('ResolvedRefs');
  return unresolved === undefined
    ? ready
    : unready(`to ${hostname} is accepted, and leads nowhere yet: ${why(unresolved)}`);
}
