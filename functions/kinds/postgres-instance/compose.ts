import type {
  Claim,
  Composed,
  Composition,
  Condition,
  Context,
  Kind,
  Problem,
  Readiness,
} from '../../composition/contract.ts';
import {
  connectionKey,
  connectionRequirement,
  connectionSecretName,
  decideCredentials,
} from '../../kube/connection-secret.ts';
import type { Decision } from '../../kube/connection-secret.ts';
import { adoptedSecret, adoptionConditions, inheritedPassword } from '../../kube/adoption.ts';
import { checkName } from '../../kube/names.ts';
import { stops } from '../../composition/ratchet.ts';
import { at, number, text } from '../../composition/read.ts';
import { optionalKind } from '../../kube/optional-kind.ts';
import { exists } from '../../kube/ready.ts';
import { accessCondition, checkAccess, composeAccess } from '../../kube/access.ts';
import { checkKeys } from '../../kube/labels.ts';
import { checkPlacement } from '../../kube/placement.ts';
import { monitored, monitoringCondition } from '../../kube/pod-monitor.ts';
import { platformRequirement, platformSettings } from '../../kube/platform.ts';
import { retained, retentionRequirement, retentionStatus } from '../../kube/retention.ts';
import { adoptionProblems, asItStands, passwordSource, waitingFields } from './adoption.ts';
import type { Archive } from './backup/archive.ts';
import { composeBackup, composeRestoreStore, storesOf } from './backup/backup.ts';
import { cluster } from './cluster.ts';
import { authorityRequirement, endpoint, port, postgresSecret, secretType } from './connection.ts';
import { filling, fillingRequirements, originOf } from './origin/filling.ts';
import { checkInside, composeInside } from './inside/inside.ts';
import { decideLogins, loginProblems, loginRequirements } from './inside/logins.ts';
import { clusterKind } from './cluster-kind.ts';
import { clusterSelector, liveCluster, liveKey } from './live.ts';
import { podMonitor } from './pod-monitor.ts';
import type { Names } from './origin/origin.ts';
import { namesIn } from './origin/origin.ts';
import { checkParameters } from './check-parameters.ts';
import { composePooler } from './pooler.ts';
import { checkTimes } from './times.ts';
import type { DatabaseState } from './status.ts';
import { databaseState, noOperator } from './status.ts';
import { admission } from './admission.ts';
import { schema } from './xr.gen.ts';
import type { Spec, Status } from './xr.gen.ts';

export const postgresInstance: Kind<Spec> = {
  apiVersion: 'database.bizmatters.io/v1alpha1',
  kind: 'PostgresInstance',
  schema,
  compose,
  optionalConditions: [
    'Adopted',
    'BackupReady',
    'PoolerReady',
    'DatabasesReady',
    'RolesReady',
    monitoringCondition,
    accessCondition,
  ],
};

function compose(claim: Claim<Spec>, context: Context): Composition {
  const { spec } = claim;
  const operator = optionalKind(context, 'cluster', clusterKind);
  const platform = platformSettings(context);
  const live = liveCluster(context);
  const stores = storesOf(claim, context);
  const pooler = composePooler(claim, context, live, platform.settings);
  const scraped = monitored(context, podMonitor(claim), 'The database');
  const access = composeAccess(claim, context, admission(claim));
  const requirements = {
    [connectionKey]: connectionRequirement(claim),
    ...loginRequirements(claim),
    ...authorityRequirement(claim),
    ...(operator.served ? { [liveKey]: clusterSelector(claim, claim.name) } : {}),
    ...(operator.served ? fillingRequirements(claim) : {}),
    ...stores.requirements,
    ...pooler.requirements,
    ...adoptedSecret(claim, passwordSource(claim, live)),
    ...retentionRequirement(claim),
    ...platformRequirement,
  };
  const decision = decideCredentials(
    claim,
    context,
    secretType,
    spec.credentialsRevision,
    inheritedPassword(claim, context, passwordSource(claim, live)),
  );
  const logins = decideLogins(claim, context);
  const origin = originOf(claim, context, live);
  const { names } = origin;
  const inside = composeInside(claim, context, names, logins);
  const schemas = {
    ...operator.asks,
    ...stores.schemas,
    ...pooler.schemas,
    ...inside.schemas,
    ...scraped.schemas,
  };
  const problems = [
    ...platform.problems,
    ...checkClaim(claim, names, context),
    ...checkInside(claim, names, platform.settings),
    ...adoptionProblems(claim, context, live === undefined ? {} : namesIn(live)),
    ...stores.problems,
    ...(decision.kind === 'refused' ? [decision.problem] : []),
    ...loginProblems(logins),
  ];
  if (stops(problems, context)) return { kind: 'refused', problems, requirements, schemas };

  const filled = filling(claim, context, live, origin);
  const state = operator.missing
    ? noOperator
    : (filled.state ?? databaseState(claim, context.observed('cluster')));
  const backup = composeBackup(claim, context, { live, origin, stores });
  const { archive } = backup;
  const connectable = operator.missing ? state.readiness : exists(context.observed(connectionKey));
  const fill = origin.kind === 'source' ? origin.fill : undefined;
  const made = cluster(claim, { names, fill, archive, live, platform: platform.settings });
  const object = asItStands(claim, made, live);
  // Nothing is made in place of what nobody has looked at.
  const looked = live !== undefined || context.required(liveKey) === null;
  const resources = [
    ...connection(claim, context, names, { decision, readiness: connectable }),
    ...inside.secrets,
    ...(operator.missing
      ? []
      : [
          ...composeRestoreStore(claim, context),
          ...(origin.kind === 'waiting' || !looked
            ? []
            : [{ key: 'cluster', object, readiness: state.readiness }]),
          ...backup.resources,
          ...pooler.resources,
          ...inside.databases,
        ]),
    ...scraped.resources,
    ...access.resources,
  ];
  return {
    kind: 'composed',
    output: {
      resources: retained(claim, context, resources),
      status: {
        ...status(claim, context, { state, decision, names, archive }),
        ...retentionStatus(claim, context, resources),
      },
      conditions: [
        databaseCondition(state),
        ...adoptionConditions(claim, made, live, waitingFields),
        ...filled.conditions,
        ...backup.conditions,
        ...pooler.conditions,
        ...inside.conditions,
        ...scraped.conditions,
        ...access.conditions,
      ],
      requirements,
      schemas,
      standing: problems,
    },
  };
}

/** What the XRD's rules refuse too, for those who render without them, and what only code can know. */
function checkClaim(claim: Claim<Spec>, { database, owner }: Names, context: Context): Problem[] {
  const problems = [
    ...checkName(claim.name, 50),
    ...checkParameters(claim.spec, context),
    ...checkPlacement('spec.placement', claim.spec.placement ?? {}),
    ...checkAccess(claim.spec.access),
    ...checkKeys('spec.serviceAccountAnnotations', claim.spec.serviceAccountAnnotations),
    ...checkTimes(claim.spec, context),
  ];
  if (['postgres', 'template0', 'template1'].includes(database))
    problems.push({
      path: 'spec.database',
      message: `${database} belongs to PostgreSQL itself; give another name`,
    });
  if (['postgres', 'streaming_replica', 'public', 'none'].includes(owner) || /^(pg|cnpg)_/.test(owner))
    problems.push({
      path: 'spec.owner',
      message: `${owner} belongs to PostgreSQL or CloudNativePG; give another name`,
    });
  if (claim.spec.restore?.from.claim === claim.name)
    problems.push({
      path: 'spec.restore.from.claim',
      message:
        'a database cannot be filled from itself; where it is lost, name its archive by objectStore and serverName',
    });
  return problems;
}

function connection(
  claim: Claim<Spec>,
  context: Context,
  names: Names,
  { decision, readiness }: { decision: Decision; readiness: Readiness },
): Composed[] {
  if (decision.kind !== 'known') return [];
  return [
    { key: connectionKey, object: postgresSecret(claim, context, names, decision.credentials), readiness },
  ];
}

function databaseCondition({ phase, reason, message }: DatabaseState): Condition {
  return { type: 'DatabaseReady', status: phase === 'Ready' ? 'True' : 'False', reason, message };
}

interface Told {
  readonly state: DatabaseState;
  readonly decision: Decision;
  readonly names: Names;
  readonly archive: Archive | undefined;
}

function status(claim: Claim<Spec>, context: Context, { state, decision, names, archive }: Told): Status {
  const observed = context.observed('cluster');
  const version = number(at(observed, 'status', 'pgDataImageInfo', 'majorVersion'));
  const primary = text(at(observed, 'status', 'currentPrimary'));
  const readyInstances = number(at(observed, 'status', 'readyInstances'));
  return {
    phase: state.phase,
    message: state.message,
    endpoint: endpoint(claim, platformSettings(context).settings),
    port,
    database: names.database,
    secretName: connectionSecretName(claim),
    ...(decision.kind === 'known' ? { credentialsRevision: decision.credentials.revision } : {}),
    ...(version === undefined ? {} : { version: `${version}` }),
    ...(readyInstances === undefined ? {} : { readyInstances }),
    ...(primary === '' ? {} : { primary }),
    ...(archive === undefined ? {} : { archive: archive.serverName ?? claim.name }),
  };
}
