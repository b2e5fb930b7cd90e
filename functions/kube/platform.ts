import type { Context, Problem, ResourceSelector } from '../composition/contract.ts';
import { at, object } from '../composition/read.ts';
import { conform } from '../composition/schema.ts';
import { checkLabels } from './labels.ts';
import type { PodsOf } from './peers.ts';
import type { Placement } from './placement.ts';
import { checkPlacement } from './placement.ts';
import { platformSchema } from './platform-schema.ts';

/** What a platform says once for every claim. All of it may be missing. */
export interface PlatformSettings {
  /** Where images come from, by the beginning of their names. */
  readonly registries?: Readonly<Record<string, string>>;
  /** Secrets that pull them, in the namespace of each claim. */
  readonly imagePullSecrets?: readonly string[];
  /** Name of the ClusterImageCatalog that says which image a major version of PostgreSQL is. */
  readonly postgresImageCatalog?: string;
  readonly placement?: Partial<Placement>;
  /** What names of Services end in, where that is not cluster.local. */
  readonly clusterDomain?: string;
  /** Labels by which the platform's Prometheus knows the monitors that are its own. */
  readonly monitorLabels?: Readonly<Record<string, string>>;
  /** The NATS of executors that do not name one. */
  readonly nats?: {
    readonly url: string;
    /** Where KEDA reads the backlog, where that does not follow from the server. */
    readonly monitoringEndpoint?: string;
  };
  /** Who makes the buckets of claims that do not say it. */
  readonly buckets?: {
    readonly provider?: 'aws' | 'objectBucketClaim';
    readonly region?: string;
    /** Name of a ClusterProviderConfig. */
    readonly providerConfig?: string;
    readonly storageClassName?: string;
    /** ARN of the key of AWS that encrypts the objects. */
    readonly kmsKey?: string;
    /** Buckets that are there already, by namespace and name of the claim that may have each. */
    readonly existing?: Readonly<Record<string, string>>;
  };
  /** Who signs the certificates of claims that want one and do not say whose. */
  readonly issuer?: Issuer;
  /** Where requests for hostnames come in. */
  readonly gateway?: Gateway;
}

/** Who signs certificates, for cert-manager: an Issuer is of the claim's own namespace. */
export interface Issuer {
  readonly kind: 'Issuer' | 'ClusterIssuer';
  readonly name: string;
}

/** A gateway that routes may be attached to: a Gateway of the Gateway API, or one of Istio's. */
export interface Gateway {
  readonly kind: 'HTTPRoute' | 'VirtualService';
  readonly name: string;
  readonly namespace: string;
  /** The listener of a Gateway; all of them where it is left out. */
  readonly sectionName?: string;
  /** The Pods that its requests come from; all of its namespace where it is left out. */
  readonly proxies?: readonly (PodsOf & { readonly namespace: string })[];
}

/** What a problem of the settings names. */
export const platformName = 'EnvironmentConfig zerotouch';

/** The key of the settings among the requirements. */
const platformKey = 'platform';

/** One object of a fixed name, which belongs to no namespace. */
export const platformRequirement: Readonly<Record<string, ResourceSelector>> = {
  [platformKey]: {
    apiVersion: 'apiextensions.crossplane.io/v1beta1',
    kind: 'EnvironmentConfig',
    name: 'zerotouch',
    namespace: '',
  },
};

/**
 * What the EnvironmentConfig `zerotouch` says, and what is wrong with it. Half of it would be worse than none: claims whose images come
 * from one registry would go back to another, so that nothing is composed of any claim until it is right.
 */
export function platformSettings(context: Pick<Context, 'required'>): {
  readonly settings: PlatformSettings;
  readonly problems: readonly Problem[];
} {
  const data = at(context.required(platformKey) ?? undefined, 'data') ?? {};
  const { value, problems } = conform(platformSchema, data, 'data');
  const unknown = Object.keys(object(data))
    .filter((name) => platformSchema.properties?.[name] === undefined)
    .map((name) => ({
      path: `data.${name}`,
      message: `is no setting; there are ${Object.keys(platformSchema.properties ?? {}).join(', ')}`,
    }));
  const wrong = [...problems, ...unknown];
  // What fits the schema is of the type.
  const settings = (wrong.length === 0 ? value : {}) as PlatformSettings;
  const all = [
    ...wrong,
    ...checkPlacement('data.placement', settings.placement ?? {}),
    ...checkGateway(settings.gateway),
    ...checkLabels('data.monitorLabels', settings.monitorLabels),
  ];
  return {
    settings,
    problems: all.map(({ path, message }) => ({ path: `${platformName} ${path}`, message })),
  };
}

/** Labels that no Pod has, and a listener where there is none. */
function checkGateway(gateway: Gateway | undefined): Problem[] {
  const path = 'data.gateway';
  const listener =
    gateway?.kind === 'VirtualService' && gateway.sectionName !== undefined
      ? [{ path: `${path}.sectionName`, message: 'is of a Gateway, and no VirtualService has it' }]
      : [];
  const proxies = (gateway?.proxies ?? []).flatMap(({ pods }, index) =>
    checkLabels(`${path}.proxies[${index}].pods`, pods),
  );
  return [...listener, ...proxies];
}

/** The name of a Service that resolves in every namespace. */
export function serviceHost(
  { clusterDomain = 'cluster.local' }: PlatformSettings,
  service: string,
  namespace: string,
): string {
  return `${service}.${namespace}.svc.${clusterDomain}`;
}

/** The image under the name that it has in the platform's registry: the longest beginning counts. */
export function relocated(image: string, { registries = {} }: PlatformSettings): string {
  const [found] = Object.keys(registries)
    .filter((beginning) => image === beginning || /^[/:@]/.test(image.slice(beginning.length)))
    .filter((beginning) => image.startsWith(beginning))
    .toSorted((one, other) => other.length - one.length);
  return found === undefined ? image : `${registries[found] ?? found}${image.slice(found.length)}`;
}

/** `imagePullSecrets` of Pods: the platform's, then those that a claim names besides. */
export function pullSecrets(
  { imagePullSecrets = [] }: PlatformSettings,
  own: readonly string[] = [],
): { readonly imagePullSecrets?: { readonly name: string }[] } {
  const names = [...new Set([...imagePullSecrets, ...own])];
  return names.length === 0 ? {} : { imagePullSecrets: names.map((name) => ({ name })) };
}

/** Where Pods may run: what the claim says, and for each field that it leaves out what the platform does. */
export function placementOf(
  { placement }: PlatformSettings,
  own: Partial<Placement> | undefined,
): Partial<Placement> {
  return { ...placement, ...own };
}
