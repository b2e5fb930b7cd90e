import type { ITriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1/TriggerAuthentication';
import type { IScaleTriggers } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaleTriggers';
import type { Claim, Context } from '../../composition/contract.ts';
import { at, list } from '../../composition/read.ts';
import { metadata } from '../../kube/metadata.ts';
import { deploymentReady } from '../../kube/ready.ts';
import { names, secretNames } from './names.ts';
import type { Spec } from './xr.gen.ts';

/** What the scaler calls the entries of the connection Secret. */
const parameters = {
  host: 'POSTGRES_HOST',
  port: 'POSTGRES_PORT',
  dbName: 'POSTGRES_DB',
  userName: 'POSTGRES_USER',
  password: 'POSTGRES_PASSWORD',
} as const;

/** So much earlier a Pod is asked for: it has to be scheduled and to start. */
const ahead = '30 s';

/** How KEDA logs in to the claim's database. */
export function databaseLogin(claim: Claim<Spec>): ITriggerAuthentication {
  const { postgres } = secretNames(claim);
  return {
    apiVersion: 'keda.sh/v1alpha1',
    kind: 'TriggerAuthentication',
    metadata: metadata(claim, 'worker', names(claim).scaledObject),
    spec: {
      secretTargetRef: Object.entries(parameters).map(([parameter, key]) => ({
        parameter,
        name: postgres,
        key,
      })),
    },
  };
}

/**
 * Whether KEDA asks the database as well. A trigger that cannot connect stops the other one too, so that it comes only after workers
 * have started once, and then stays.
 * https://github.com/kedacore/keda/blob/v2.20.2/pkg/scaling/scalers_builder.go
 */
export function countsDueJobs({ spec }: Claim<Spec>, context: Context): boolean {
  if (spec.scaling.countDueJobs !== true) return false;
  const standing = list(at(context.observed('scaled-object'), 'spec', 'triggers')).length > 1;
  return standing || deploymentReady(context.observed('deployment')).ready;
}

/**
 * Pods by what is due in the tables of the workers, which say themselves what that is (worker/sql/0017_work_due.sql). Tables that no worker
 * has made yet, or only an older one, have nothing due: PostgreSQL would refuse a statement with a function that is not there, and so
 * it stands in a text.
 * https://keda.sh/docs/2.20/scalers/postgresql/
 */
export function dueJobsTrigger(claim: Claim<Spec>): IScaleTriggers {
  const { namespace, name, spec } = claim;
  const due = `SELECT agent_work_due(''${namespace}/${name}'', now() + interval ''${ahead}'') AS due`;
  const asked =
    `CASE WHEN to_regprocedure('agent_work_due(text, timestamptz)') IS NULL ` +
    `THEN 'SELECT 0 AS due' ELSE '${due}' END`;
  return {
    type: 'postgresql',
    metadata: {
      query: `SELECT substring(query_to_xml(${asked}, true, false, '')::text FROM '<due>([0-9]+)</due>')::integer`,
      targetQueryValue: `${spec.scaling.jobsPerReplica}`,
      // TLS with servers that offer it.
      sslmode: 'prefer',
    },
    authenticationRef: { name: names(claim).scaledObject },
  };
}
