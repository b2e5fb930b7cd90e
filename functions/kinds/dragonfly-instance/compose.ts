import type { Claim, Composed, Composition, Context, Kind, Readiness } from '../../composition/contract.ts';
import {
  connectionKey,
  connectionRequirement,
  connectionSecretName,
  decideCredentials,
} from '../../kube/connection-secret.ts';
import type { Decision } from '../../kube/connection-secret.ts';
import {
  adoptedSecret,
  adoptionConditions,
  inheritedPassword,
  takeoverProblems,
} from '../../kube/adoption.ts';
import { checkName } from '../../kube/names.ts';
import { accessCondition, checkAccess, composeAccess } from '../../kube/access.ts';
import { checkPlacement } from '../../kube/placement.ts';
import type { PlatformSettings } from '../../kube/platform.ts';
import { platformRequirement, platformSettings } from '../../kube/platform.ts';
import { stops } from '../../composition/ratchet.ts';
import { at, text } from '../../composition/read.ts';
import { optionalKind } from '../../kube/optional-kind.ts';
import { exists } from '../../kube/ready.ts';
import { bucketMissing, bucketSelector } from '../../kube/bucket.ts';
import { certificateCondition, issueCertificate } from './certificate.ts';
import { checkSchedule } from './check-schedule.ts';
import {
  checkSnapshots,
  exclusiveFolder,
  isWriterKnown,
  snapshotConditions,
  snapshotsCondition,
  writerRequirement,
} from './check-snapshots.ts';
import { checkVolume } from './check-volume.ts';
import { dragonflySecret, endpoint, port, secretType } from './connection.ts';
import { retained, retentionRequirement, retentionStatus } from '../../kube/retention.ts';
import { asItStands, dragonflySelector, passwordSource, liveKey, waitingFields } from './adoption.ts';
import { passwordChecksumAnnotation, dragonfly, dragonflyKind } from './dragonfly.ts';
import type { Snapshots } from './snapshots.ts';
import { bucketKey, snapshotsOf } from './snapshots.ts';
import type { CacheState } from './status.ts';
import {
  cacheState,
  noBucket,
  noCertificate,
  noOperator,
  replicasKey,
  statefulSetSelector,
} from './status.ts';
import type { Tls } from './tls.ts';
import { certificateRequirement, tlsConditions, tlsOf } from './tls.ts';
import { admission } from './admission.ts';
import { schema } from './xr.gen.ts';
import type { Spec, Status } from './xr.gen.ts';

export const dragonflyInstance: Kind<Spec> = {
  apiVersion: 'database.bizmatters.io/v1alpha1',
  kind: 'DragonflyInstance',
  schema,
  compose,
  optionalConditions: ['Adopted', accessCondition, snapshotsCondition, 'SecretsReady', certificateCondition],
  exclusive: exclusiveFolder,
};

function compose(claim: Claim<Spec>, context: Context): Composition {
  const operator = optionalKind(context, 'dragonfly', dragonflyKind);
  const platform = platformSettings(context);
  const found = context.required(liveKey);
  const live = found ?? context.observed('dragonfly');
  const requirements = {
    [connectionKey]: connectionRequirement(claim),
    ...(operator.served
      ? {
          [liveKey]: dragonflySelector(claim),
          [replicasKey]: statefulSetSelector(claim),
          ...writerRequirement(claim),
        }
      : {}),
    ...(claim.spec.snapshots === undefined
      ? {}
      : { [bucketKey]: bucketSelector(claim, claim.spec.snapshots.bucket) }),
    ...certificateRequirement(claim, live),
    ...adoptedSecret(claim, passwordSource(live)),
    ...retentionRequirement(claim),
    ...platformRequirement,
  };
  const issuing = issueCertificate(claim, context, platform.settings, live);
  const inherited = inheritedPassword(claim, context, passwordSource(live));
  const decision = decideCredentials(claim, context, secretType, claim.spec.credentialsRevision, inherited);
  const schemas = { ...operator.asks, ...issuing.schemas };
  const problems = [
    ...platform.problems,
    ...checkPlacement('spec.placement', claim.spec.placement ?? {}),
    ...checkAccess(claim.spec.access),
    ...checkName(claim.name, 52),
    ...checkSchedule(claim, context),
    ...checkVolume(claim, context),
    ...checkSnapshots(claim, context),
    ...issuing.problems,
    ...takeoverProblems(claim, found, context.observed('dragonfly')),
    ...(decision.kind === 'refused' ? [decision.problem] : []),
  ];
  if (stops(problems, context)) return { kind: 'refused', problems, requirements, schemas };

  const snapshots = snapshotsOf(claim, context, live);
  const tls = tlsOf(claim, context, live, issuing.readiness);
  const waits = operator.missing || snapshots.kind === 'waiting' || tls.kind === 'waiting';
  const state = operator.missing ? noOperator : stateOf(claim, context, snapshots, tls);
  const { phase, reason, message, readiness } = state;
  const around = { platform: platform.settings, live, snapshots, tls };
  const made = dragonfly(claim, passwordChecksum(context, decision), around);
  const cache = asItStands(claim, made, live);
  const access = composeAccess(claim, context, admission(claim));
  // Nothing is made in place of what nobody has looked at.
  const looked = live !== undefined || (found === null && isWriterKnown(claim, context));
  const resources = [
    ...connection(
      claim,
      platform.settings,
      decision,
      tls,
      waits ? readiness : exists(context.observed(connectionKey)),
    ),
    ...(waits || !looked ? [] : [{ key: 'dragonfly', object: cache, readiness }]),
    ...issuing.resources,
    ...access.resources,
  ];
  const told = {
    ...status(claim, platform.settings, state, decision),
    ...(snapshots.kind === 'bucket' ? { snapshotFolder: snapshots.folder } : {}),
  };
  return {
    kind: 'composed',
    output: {
      resources: retained(claim, context, resources),
      status: { ...told, ...retentionStatus(claim, context, resources) },
      conditions: [
        { type: 'CacheReady', status: phase === 'Ready' ? 'True' : 'False', reason, message },
        ...adoptionConditions(claim, made, live, waitingFields),
        ...access.conditions,
        ...snapshotConditions(claim, snapshots),
        ...issuing.conditions,
        ...tlsConditions(claim, context, live),
      ],
      requirements,
      schemas,
      standing: problems,
    },
  };
}

function stateOf({ spec }: Claim<Spec>, context: Context, snapshots: Snapshots, tls: Tls): CacheState {
  if (snapshots.kind === 'waiting') return noBucket(bucketMissing(spec.snapshots?.bucket ?? ''));
  if (tls.kind === 'waiting') return noCertificate(tls.message);
  return cacheState(context.observed('dragonfly'), context.required(replicasKey));
}

function connection(
  claim: Claim<Spec>,
  platform: PlatformSettings,
  decision: Decision,
  tls: Tls,
  readiness: Readiness,
): Composed[] {
  if (decision.kind !== 'known') return [];
  const object = dragonflySecret(claim, platform, decision.credentials, tls);
  return [{ key: connectionKey, object, readiness }];
}

/** While the password is not known the Pods keep the checksum they have: a blind call must not roll them. */
function passwordChecksum(context: Context, decision: Decision): string | undefined {
  if (decision.kind === 'known') return context.digest(decision.credentials.password);
  const kept = text(
    at(context.observed('dragonfly'), 'spec', 'podMetadata', 'annotations', passwordChecksumAnnotation),
  );
  return kept === '' ? undefined : kept;
}

function status(
  claim: Claim<Spec>,
  platform: PlatformSettings,
  { phase, message }: CacheState,
  decision: Decision,
): Status {
  return {
    phase,
    message,
    endpoint: endpoint(claim, platform),
    port,
    secretName: connectionSecretName(claim),
    ...(decision.kind === 'known' ? { credentialsRevision: decision.credentials.revision } : {}),
  };
}
