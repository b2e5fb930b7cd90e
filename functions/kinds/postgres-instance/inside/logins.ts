import type { ISecret } from 'kubernetes-models/v1/Secret';
import type {
  Claim,
  Composed,
  Context,
  Problem,
  Readiness,
  ResourceSelector,
} from '../../../composition/contract.ts';
import { at, list, object, text } from '../../../composition/read.ts';
import type { Decision, DrawnSecret } from '../../../kube/connection-secret.ts';
import { decideDrawn, drawnSecret } from '../../../kube/connection-secret.ts';
import { exists, ready, unready } from '../../../kube/ready.ts';
import { loginEntries, loginLabels, secretType } from '../connection.ts';
import type { Names } from '../origin/origin.ts';
import type { Spec } from '../xr.gen.ts';

/** A role that logs in beside the owner of the claim's first database. */
export interface Login {
  readonly name: string;
  /** What it may do; the owner of a further database may do everything in that. */
  readonly access: 'Owner' | 'ReadOnly' | 'ReadWrite';
  /** The database that its Secret leads to; undefined for the claim's first one. */
  readonly database: string | undefined;
  readonly revision: string;
}

/** Owners of further databases, then further roles. */
export function loginsOf({ databases = [], roles = [] }: Spec): Login[] {
  return [
    ...databases.map(({ name, credentialsRevision: revision }) => ({
      name,
      access: 'Owner' as const,
      database: name,
      revision,
    })),
    ...roles.map(({ name, access, database, credentialsRevision: revision }) => ({
      name,
      access,
      database,
      revision,
    })),
  ];
}

/** The Secret of a role, whose name also says that the role is the claim's. */
export function loginSecretName(claim: Claim, role: string): string {
  return `${claim.name}-${role}-conn`;
}

function secretOf(claim: Claim, { name }: Login): DrawnSecret {
  return {
    key: `conn-${name}`,
    name: loginSecretName(claim, name),
    type: secretType,
    entry: 'password',
  };
}

/** The live look at each Secret without which no password is drawn. */
export function loginRequirements(claim: Claim<Spec>): Record<string, ResourceSelector> {
  return Object.fromEntries(
    loginsOf(claim.spec).map((login) => {
      const { key, name } = secretOf(claim, login);
      return [key, { apiVersion: 'v1', kind: 'Secret', name, namespace: claim.namespace }];
    }),
  );
}

export type DecidedLogin = readonly [login: Login, decision: Decision];

export function decideLogins(claim: Claim<Spec>, context: Context): DecidedLogin[] {
  return loginsOf(claim.spec).map((login) => [
    login,
    decideDrawn(claim, context, secretOf(claim, login), login.revision),
  ]);
}

export function loginProblems(decided: readonly DecidedLogin[]): Problem[] {
  return decided.flatMap(([, decision]) => (decision.kind === 'refused' ? [decision.problem] : []));
}

/** A Secret for each role, ready once the role has its password. */
export function loginSecrets(
  claim: Claim<Spec>,
  context: Context,
  names: Names,
  decided: readonly DecidedLogin[],
): Composed[] {
  return decided.flatMap(([login, decision]) => {
    if (decision.kind !== 'known') return [];
    const secret = secretOf(claim, login);
    const { revision } = decision.credentials;
    const there = { database: login.database ?? names.database, owner: login.name };
    const entries = loginEntries(claim, context, there, decision.credentials.password);
    const object: ISecret = drawnSecret(claim, 'database', secret, revision, entries, loginLabels);
    return [{ key: secret.key, object, readiness: loginReadiness(claim, context, secret.key, login.name) }];
  });
}

/** CloudNativePG says of each role whether PostgreSQL has it as it should be. */
function loginReadiness(claim: Claim<Spec>, context: Context, key: string, role: string): Readiness {
  const made = exists(context.observed(key));
  if (!made.ready || claim.spec.hibernated) return made;
  const status = object(at(context.observed('cluster'), 'status', 'managedRolesStatus'));
  const why = list(at(status, 'cannotReconcile', role)).map((each) => text(each));
  if (why.length > 0) return unready(`cannot be made in PostgreSQL: ${why.join('; ')}`);
  const done = list(at(status, 'byStatus', 'reconciled')).includes(role);
  return done ? ready : unready('waits for CloudNativePG to make the role');
}
