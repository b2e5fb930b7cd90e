import type { ICluster } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Cluster';
import type { Claim } from '../../composition/contract.ts';
import { connectionSecretName } from '../../kube/connection-secret.ts';
import { metadata } from '../../kube/metadata.ts';
import { containerResources, sizes } from '../../kube/sizes.ts';
import { backupName } from './object-store.ts';
import { sizedParameters } from './parameters.ts';
import type { Spec } from './xr.gen.ts';

/** The plugin that archives and restores, as CloudNativePG and its ScheduledBackups know it. */
export const barmanPlugin = 'barman-cloud.cloudnative-pg.io';

export const clusterKind = { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster' } as const;

export function databaseName(claim: Claim<Spec>): string {
  return claim.spec.database ?? claim.name;
}

export function ownerName(claim: Claim<Spec>): string {
  return claim.spec.owner ?? claim.name;
}

/** The database itself. The owner takes its password from the connection Secret, now and after each rotation. */
export function cluster(claim: Claim<Spec>): ICluster {
  const { spec } = claim;
  const size = sizes[spec.size];
  return {
    ...clusterKind,
    metadata: {
      ...metadata(claim, 'database'),
      annotations: { 'cnpg.io/hibernation': spec.hibernated ? 'on' : 'off' },
    },
    spec: {
      instances: spec.instances,
      imageName: `ghcr.io/cloudnative-pg/postgresql:${spec.version}-standard-trixie`,
      bootstrap: {
        initdb: {
          database: databaseName(claim),
          owner: ownerName(claim),
          secret: { name: connectionSecretName(claim) },
          dataChecksums: true,
        },
      },
      storage: {
        size: `${spec.storageGB}Gi`,
        ...(spec.storageClassName === undefined ? {} : { storageClass: spec.storageClassName }),
      },
      resources: containerResources(size),
      postgresql: {
        parameters: { ...sizedParameters(size), ...spec.parameters },
        ...(spec.instances === 1 ? {} : { synchronous: synchronous(spec.instances) }),
      },
      // A budget over a single instance would block every drain of its node.
      enablePDB: spec.instances > 1,
      ...(spec.backup === undefined ? {} : { plugins: [archiving(claim)] }),
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

function archiving(claim: Claim<Spec>) {
  return { name: barmanPlugin, isWALArchiver: true, parameters: { barmanObjectName: backupName(claim) } };
}
