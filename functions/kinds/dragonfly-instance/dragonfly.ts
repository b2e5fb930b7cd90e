import type { Claim, Manifest, Observed } from '../../composition/contract.ts';
import { at, number } from '../../composition/read.ts';
import { connectionSecretName } from '../../kube/connection-secret.ts';
import { metadata } from '../../kube/metadata.ts';
import type { Placement } from '../../kube/placement.ts';
import { placed, spreadOut } from '../../kube/placement.ts';
import type { PlatformSettings } from '../../kube/platform.ts';
import { placementOf, pullSecrets, relocated } from '../../kube/platform.ts';
import { containerSecurity, podSecurity } from '../../kube/pod-security.ts';
import { phaseOf } from '../../kube/ready.ts';
import type { Size } from '../../kube/sizes.ts';
import { containerResources, sizes } from '../../kube/sizes.ts';
import type { Snapshots } from './snapshots.ts';
import { directory, loginChecksumAnnotation } from './snapshots.ts';
import type { Tls } from './tls.ts';
import { certificateChecksumAnnotation } from './tls.ts';
import type { Spec } from './xr.gen.ts';

/** The user of Dragonfly's image. */
const user = 999;

export const dragonflyKind = { apiVersion: 'dragonflydb.io/v1alpha1', kind: 'Dragonfly' };

/**
 * What we set of the operator's `spec`; of one that is taken over, less. There is no generated type for it: nobody publishes one.
 */
export interface Dragonfly extends Manifest {
  readonly spec: {
    readonly replicas: number;
    readonly image?: string;
    readonly imagePullSecrets?: readonly { readonly name: string }[];
    readonly nodeSelector?: Placement['nodeSelector'];
    readonly tolerations?: readonly object[];
    readonly priorityClassName?: string;
    readonly topologySpreadConstraints?: readonly object[];
    readonly imagePullPolicy: 'IfNotPresent';
    readonly args?: readonly string[];
    readonly env?: readonly object[];
    readonly resources?: ReturnType<typeof containerResources>;
    readonly authentication: {
      readonly passwordFromSecret: { readonly name: string; readonly key: 'password' };
    };
    readonly snapshot?: object;
    readonly tlsSecretRef?: { readonly name: string };
    readonly podMetadata: { readonly annotations: Readonly<Record<string, string>> };
    readonly podSecurityContext: object;
    readonly containerSecurityContext: object;
  };
}

/** Labels that the operator gives to the Pods of the claim's Dragonfly, and to no others. */
export function podLabels({ name }: Claim): Record<string, string> {
  return { app: name, 'app.kubernetes.io/name': 'dragonfly' };
}

/** What counts besides the claim. */
interface Around {
  readonly platform: PlatformSettings;
  /** The Dragonfly as it stands, if it was made. */
  readonly live: Observed | undefined;
  readonly snapshots: Snapshots;
  readonly tls: Tls;
}

/**
 * The cache itself. The password reaches it through the environment, which is read at start only; so the
 * Pods bear a checksum of it, and a new password rolls them.
 */
export function dragonfly(
  claim: Claim<Spec>,
  passwordChecksum: string | undefined,
  { platform, live, snapshots, tls }: Around,
): Dragonfly {
  const { spec } = claim;
  const size = sizes[spec.size];
  return {
    ...dragonflyKind,
    metadata: metadata(claim, 'cache'),
    spec: {
      replicas: replicas(spec, live),
      image: relocated(`docker.dragonflydb.io/dragonflydb/dragonfly:${spec.version}`, platform),
      imagePullPolicy: 'IfNotPresent',
      ...pullSecrets(platform),
      ...placement(claim, { platform, live }),
      args: serverArguments(size, spec, snapshots),
      ...(snapshots.kind === 'bucket' ? { env: snapshots.env } : {}),
      resources: containerResources(size),
      authentication: { passwordFromSecret: { name: connectionSecretName(claim), key: 'password' } },
      snapshot: { cron: spec.snapshotSchedule, ...snapshotPlace(spec, snapshots) },
      ...(tls.kind === 'certificate' ? { tlsSecretRef: { name: tls.secret } } : {}),
      podMetadata: {
        annotations: {
          ...(passwordChecksum === undefined ? {} : { [passwordChecksumAnnotation]: passwordChecksum }),
          ...loginChecksum(snapshots),
          ...certificateChecksum(tls),
        },
      },
      podSecurityContext: podSecurity(user),
      containerSecurityContext: containerSecurity,
    },
  };
}

/**
 * A cache that begins with what another left begins with one replica: a second one may find nothing of its own there, would be
 * ready sooner, and become the master of the first.
 */
function replicas(spec: Spec, live: Observed | undefined): number {
  const standing = number(at(live, 'spec', 'replicas')) ?? 1;
  const begun = standing > 1 || phaseOf(live).toLowerCase() === 'ready';
  return spec.snapshots?.folder === undefined || begun ? spec.replicas : 1;
}

function snapshotPlace({ storageGB, storageClassName }: Spec, snapshots: Snapshots) {
  if (snapshots.kind === 'bucket') return { dir: directory(snapshots) };
  return {
    persistentVolumeClaimSpec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: `${storageGB}Gi` } },
      ...(storageClassName === undefined ? {} : { storageClassName }),
    },
  };
}

/** The login is read at start only as well, and the one before it soon opens nothing. */
function loginChecksum(snapshots: Snapshots): Record<string, string> {
  const checksum = snapshots.kind === 'bucket' ? snapshots.loginChecksum : undefined;
  return checksum === undefined ? {} : { [loginChecksumAnnotation]: checksum };
}

/** As is the certificate. */
function certificateChecksum(tls: Tls): Record<string, string> {
  const checksum = tls.kind === 'certificate' ? tls.checksum : undefined;
  return checksum === undefined ? {} : { [certificateChecksumAnnotation]: checksum };
}

/** A replica beside its master on one node would go with it. A cache that stands without that keeps what it has, as a change restarts it. */
function placement(claim: Claim<Spec>, { platform, live }: Pick<Around, 'platform' | 'live'>) {
  const asked = placementOf(platform, claim.spec.placement);
  const pods = podLabels(claim);
  const isOlder = live !== undefined && at(live, 'spec', 'topologySpreadConstraints') === undefined;
  return { ...placed(asked), ...(asked.spread === undefined && isOlder ? {} : spreadOut(asked, pods)) };
}

export const passwordChecksumAnnotation = 'zerotouch.bizmatters.io/password-checksum';

/** Memory for data in Mi, of which a snapshot may be as large. */
export function dataMemory({ memory }: Size): number {
  return Math.floor(memory.limit * 0.8);
}

/**
 * Dragonfly exits when it has less than 256 MiB of data memory a thread, so both are set rather than left to
 * what it sees of the node. On a volume one file name for all snapshots: with the default each is kept for ever. A bucket has
 * room, and no renaming: a snapshot that was cut off would leave parts of two under one name.
 */
function serverArguments(size: Size, { eviction, undeclaredKeys }: Spec, snapshots: Snapshots): string[] {
  const threads = Math.ceil(size.cpu.limit / 1000);
  return [
    `--maxmemory=${dataMemory(size)}mb`,
    `--proactor_threads=${threads}`,
    ...(snapshots.kind === 'bucket'
      ? ['--dbfilename=dump-{timestamp}', ...snapshots.args]
      : ['--dbfilename=dump']),
    ...(eviction ? ['--cache_mode=true'] : []),
    ...(undeclaredKeys ? ['--default_lua_flags=allow-undeclared-keys'] : []),
  ];
}
