import type { ICluster } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster';
import type { Claim, JsonObject, Observed } from '../../composition/contract.ts';
import { connectionSecretName } from '../../kube/connection-secret.ts';
import { metadata } from '../../kube/metadata.ts';
import { placed, spreadOver, zoneKey } from '../../kube/placement.ts';
import type { PlatformSettings } from '../../kube/platform.ts';
import { placementOf, pullSecrets, relocated } from '../../kube/platform.ts';
import { containerResources, sizes } from '../../kube/sizes.ts';
import type { Archive } from './backup/archive.ts';
import { archiving, followsAnnotation } from './backup/archive.ts';
import { clusterKind } from './cluster-kind.ts';
import { extensionParameters } from './inside/extensions.ts';
import { managedRoles } from './inside/managed-roles.ts';
import type { Fill, Names } from './origin/origin.ts';
import { maxConnections, sizedParameters } from './parameters.ts';
import { poolerHosts } from './pooler.ts';
import type { Spec } from './xr.gen.ts';

/** What is decided about a Cluster besides what its claim says. */
export interface Decided {
  readonly names: Names;
  /** Undefined for a database that begins empty. */
  readonly fill: Fill | undefined;
  /** Undefined while it does not archive. */
  readonly archive: Archive | undefined;
  /** The Cluster as it stands, if it was made. */
  readonly live: Observed | undefined;
  readonly platform: PlatformSettings;
}

/** How it was filled, and roles of others, are taken from the Cluster itself where there is one, so they are no more than JSON. */
export type DatabaseCluster = Omit<ICluster, 'spec'> & {
  readonly spec: Omit<ICluster['spec'], 'bootstrap' | 'externalClusters' | 'managed'> &
    Partial<Fill> & { readonly managed?: { readonly roles: readonly JsonObject[] } };
};

/** The database itself. The owner takes its password from the connection Secret, now and after each rotation. */
export function cluster(
  claim: Claim<Spec>,
  { names, fill, archive, live, platform }: Decided,
): DatabaseCluster {
  const { spec } = claim;
  const size = sizes[spec.size];
  const parameters = { ...extensionParameters(spec), ...spec.parameters };
  const roles = managedRoles(claim, live);
  return {
    ...clusterKind,
    metadata: {
      ...metadata(claim, 'database'),
      annotations: {
        'cnpg.io/hibernation': spec.hibernated ? 'on' : 'off',
        ...(archive?.follows === undefined ? {} : { [followsAnnotation]: archive.follows }),
      },
    },
    spec: {
      instances: spec.instances,
      ...image(spec, platform),
      ...pullSecrets(platform),
      ...placement(claim, platform),
      ...(fill ?? empty(claim, names)),
      storage: {
        size: `${spec.storageGB}Gi`,
        ...(spec.storageClassName === undefined ? {} : { storageClass: spec.storageClassName }),
      },
      ...walStorage(spec),
      ...(spec.serviceAccountAnnotations === undefined
        ? {}
        : { serviceAccountTemplate: { metadata: { annotations: { ...spec.serviceAccountAnnotations } } } }),
      resources: containerResources(size),
      postgresql: {
        parameters: sizedParameters(size, maxConnections(size, live), parameters),
        ...(spec.sharedPreloadLibraries === undefined
          ? {}
          : { shared_preload_libraries: [...spec.sharedPreloadLibraries] }),
        ...(spec.instances === 1 ? {} : { synchronous: synchronous(spec.instances) }),
      },
      ...(roles === undefined ? {} : { managed: { roles } }),
      // A budget over a single instance would block every drain of its node.
      enablePDB: spec.instances > 1,
      ...(spec.pooler === undefined
        ? {}
        : { certificates: { serverAltDNSNames: poolerHosts(claim, platform) } }),
      ...(archive === undefined ? {} : { plugins: [archiving(claim, archive)] }),
    },
  };
}

/** A volume for the log, of the class of the data's. */
function walStorage({ walStorageGB, storageClassName }: Spec): Pick<ICluster['spec'], 'walStorage'> {
  if (walStorageGB === undefined) return {};
  const storageClass = storageClassName === undefined ? {} : { storageClass: storageClassName };
  return { walStorage: { size: `${walStorageGB}Gi`, ...storageClass } };
}

/** The image itself, or what the platform's catalog says that it is. */
function image(
  { version }: Spec,
  platform: PlatformSettings,
): Pick<ICluster['spec'], 'imageName' | 'imageCatalogRef'> {
  const name = platform.postgresImageCatalog;
  if (name === undefined)
    return {
      imageName: relocated(`ghcr.io/cloudnative-pg/postgresql:${version}-standard-trixie`, platform),
    };
  const apiGroup = 'postgresql.cnpg.io';
  return { imageCatalogRef: { apiGroup, kind: 'ClusterImageCatalog', name, major: Number(version) } };
}

/** CloudNativePG itself keeps instances on different nodes where it can. */
function placement(
  { name, spec }: Claim<Spec>,
  platform: PlatformSettings,
): Pick<ICluster['spec'], 'affinity' | 'priorityClassName' | 'topologySpreadConstraints'> {
  const asked = placementOf(platform, spec.placement);
  const { priorityClassName, ...nodes } = placed(asked);
  const affinity = { ...nodes, ...(asked.spread === 'none' ? { enablePodAntiAffinity: false } : {}) };
  const instances = { 'cnpg.io/cluster': name, 'cnpg.io/podRole': 'instance' };
  return {
    ...(Object.keys(affinity).length === 0 ? {} : { affinity }),
    ...(priorityClassName === undefined ? {} : { priorityClassName }),
    ...(asked.spread === 'zones' ? { topologySpreadConstraints: [spreadOver(zoneKey, instances)] } : {}),
  };
}

function empty(claim: Claim<Spec>, names: Names): Pick<Fill, 'bootstrap'> {
  return {
    bootstrap: {
      initdb: {
        ...names,
        secret: { name: connectionSecretName(claim) },
        dataChecksums: true,
      },
    },
  };
}

/**
 * With three instances a write waits for a standby, whatever happens: losing one instance loses no row and
 * stops no write. With two that would make the standby a second single point of failure.
 */
function synchronous(instances: number) {
  const required = instances > 2;
  return {
    method: 'any' as const,
    number: 1,
    dataDurability: required ? ('required' as const) : ('preferred' as const),
    ...(required ? { failoverQuorum: true } : {}),
  };
}
