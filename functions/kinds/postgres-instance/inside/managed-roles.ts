import type { Claim, JsonObject, Observed } from '../../../composition/contract.ts';
import { at, list, object, text } from '../../../composition/read.ts';
import type { Spec } from '../xr.gen.ts';
import { loginSecretName, loginsOf } from './logins.ts';
import type { Login } from './logins.ts';

/**
 * PostgreSQL's own roles that read, and write, in every database.
 * https://www.postgresql.org/docs/current/predefined-roles.html
 */
const memberships: Readonly<Record<Login['access'], readonly string[]>> = {
  Owner: [],
  ReadOnly: ['pg_read_all_data'],
  ReadWrite: ['pg_read_all_data', 'pg_write_all_data'],
};

/**
 * The roles that CloudNativePG is to keep as they are said; undefined where the list is none of ours. The list has one owner, so roles
 * that somebody else put there are in it as they stand. A role that the claim no longer has must not go on logging in with
 * a password that nobody looks after; it is not dropped, because it may own what is in a database.
 * https://cloudnative-pg.io/documentation/1.30/declarative_role_management/
 */
export function managedRoles(
  claim: Claim<Spec>,
  live: Observed | undefined,
): readonly JsonObject[] | undefined {
  const logins = loginsOf(claim.spec);
  const standing = list(at(live, 'spec', 'managed', 'roles')).map(object);
  if (logins.length === 0 && !standing.some((role) => isOurs(claim, role))) return undefined;
  const others = standing.filter(({ name }) => !logins.some((login) => login.name === name));
  return [
    ...others.map((role) => (isOurs(claim, role) ? lockedOut(claim, text(role.name)) : role)),
    ...logins.map((login) => roleOf(claim, login)),
  ];
}

function roleOf(claim: Claim, { name, access }: Login): JsonObject {
  return {
    name,
    ensure: 'present',
    login: true,
    inRoles: [...memberships[access]],
    passwordSecret: { name: loginSecretName(claim, name) },
  };
}

/** By the comment, which a person sees in PostgreSQL too, it is known the next time. */
function lockedOut(claim: Claim, name: string): JsonObject {
  return { name, ensure: 'present', login: false, disablePassword: true, comment: lockedComment(claim) };
}

function lockedComment({ name }: Claim): string {
  return `taken out of PostgresInstance ${name}`;
}

function isOurs(claim: Claim, role: JsonObject): boolean {
  const secret = text(at(role, 'passwordSecret', 'name'));
  return secret === loginSecretName(claim, text(role.name)) || role.comment === lockedComment(claim);
}
