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
import { checkName } from '../../kube/names.ts';
import { at, number, text } from '../../composition/read.ts';
import { optionalKind } from '../../kube/optional-kind.ts';
import { exists, unready } from '../../kube/ready.ts';
import { sizes } from '../../kube/sizes.ts';
import { backupCondition, noPlugin } from './backup-state.ts';
import { cluster, clusterKind, databaseName, ownerName } from './cluster.ts';
import { endpoint, port, postgresSecret, secretType } from './connection.ts';
import { monitoring } from './monitoring.ts';
import { objectStore, objectStoreKind, objectStoreRequirement } from './object-store.ts';
import { checkParameters } from './parameters.ts';
import { scheduledBackup } from './scheduled-backup.ts';
import type { DatabaseState } from './status.ts';
import { databaseState, noOperator } from './status.ts';
import { schema } from './xr.gen.ts';
import type { Spec, Status } from './xr.gen.ts';

export const postgresInstance: Kind<Spec> = {
  apiVersion: 'database.bizmatters.io/v1alpha1',
  kind: 'PostgresInstance',
  schema,
  compose,
};

const objectStoreKey = 'object-store';

function compose(claim: Claim<Spec>, context: Context): Composition {
  const { spec } = claim;
  const operator = optionalKind(context, 'cluster', clusterKind);
  const store = optionalKind(context, objectStoreKey, objectStoreKind);
  const scraped = monitoring(claim, context);
  const schemas = { ...operator.asks, ...(spec.backup === undefined ? {} : store.asks), ...scraped.schemas };
  const requirements = {
    [connectionKey]: connectionRequirement(claim),
    ...(spec.backup === undefined || !store.served
      ? {}
      : { [objectStoreKey]: objectStoreRequirement(claim, spec.backup) }),
  };
  const decision = decideCredentials(claim, context, secretType, spec.credentialsRevision);
  const problems = [...checkClaim(claim), ...(decision.kind === 'refused' ? [decision.problem] : [])];
  if (problems.length > 0) return { kind: 'refused', problems, requirements, schemas };

  const observed = context.observed('cluster');
  const state = operator.missing ? noOperator : databaseState(claim, observed);
  const backup = composeBackup(claim, context, store.missing);
  return {
    kind: 'composed',
    output: {
      resources: [
        ...connection(
          claim,
          decision,
          operator.missing ? state.readiness : exists(context.observed(connectionKey)),
        ),
        ...(operator.missing
          ? []
          : [{ key: 'cluster', object: cluster(claim), readiness: state.readiness }, ...backup.resources]),
        ...scraped.resources,
      ],
      status: status(claim, context, state, decision),
      conditions: [databaseCondition(state), ...backup.conditions, ...scraped.conditions],
      requirements,
      schemas,
    },
  };
}

/** What the XRD's rules refuse too, for those who render without them, and what only code can know. */
function checkClaim(claim: Claim<Spec>): Problem[] {
  const problems = [
    ...checkName(claim.name, 50),
    ...checkParameters(claim.spec.parameters ?? {}, sizes[claim.spec.size]),
  ];
  const database = databaseName(claim);
  if (['postgres', 'template0', 'template1'].includes(database))
    problems.push({
      path: 'spec.database',
      message: `${database} belongs to PostgreSQL itself; give another name`,
    });
  const owner = ownerName(claim);
  if (['postgres', 'streaming_replica'].includes(owner) || /^(pg|cnpg)_/.test(owner))
    problems.push({
      path: 'spec.owner',
      message: `${owner} belongs to PostgreSQL or CloudNativePG; give another name`,
    });
  return problems;
}

function connection(claim: Claim<Spec>, decision: Decision, readiness: Readiness): Composed[] {
  if (decision.kind !== 'known') return [];
  return [{ key: connectionKey, object: postgresSecret(claim, decision.credentials), readiness }];
}

function composeBackup(
  claim: Claim<Spec>,
  context: Context,
  pluginMissing: boolean,
): { resources: Composed[]; conditions: Condition[] } {
  const { backup } = claim.spec;
  if (backup === undefined) return { resources: [], conditions: [] };
  if (pluginMissing) return { resources: [], conditions: [noPlugin(objectStoreKind)] };
  const store = objectStore(
    claim,
    backup,
    context.required(objectStoreKey),
    context.observed(objectStoreKey),
  );
  const schedule = scheduledBackup(claim, backup.schedule);
  const readiness =
    store === undefined
      ? unready(`waits for ObjectStore ${backup.objectStore}`)
      : exists(context.observed('scheduled-backup'));
  return {
    resources: [
      ...(store === undefined
        ? []
        : [{ key: objectStoreKey, object: store, readiness: exists(context.observed(objectStoreKey)) }]),
      { key: 'scheduled-backup', object: schedule, readiness },
    ],
    conditions: [backupCondition(backup.objectStore, store !== undefined, context.observed('cluster'))],
  };
}

function databaseCondition({ phase, reason, message }: DatabaseState): Condition {
  return { type: 'DatabaseReady', status: phase === 'Ready' ? 'True' : 'False', reason, message };
}

function status(claim: Claim<Spec>, context: Context, state: DatabaseState, decision: Decision): Status {
  const observed = context.observed('cluster');
  const version = number(at(observed, 'status', 'pgDataImageInfo', 'majorVersion'));
  const primary = text(at(observed, 'status', 'currentPrimary'));
  const readyInstances = number(at(observed, 'status', 'readyInstances'));
  return {
    phase: state.phase,
    message: state.message,
    endpoint: endpoint(claim),
    port,
    database: databaseName(claim),
    secretName: connectionSecretName(claim),
    ...(decision.kind === 'known' ? { credentialsRevision: decision.credentials.revision } : {}),
    ...(version === undefined ? {} : { version: `${version}` }),
    ...(readyInstances === undefined ? {} : { readyInstances }),
    ...(primary === '' ? {} : { primary }),
  };
}
