import type {
  Claim,
  Composed,
  Condition,
  Context,
  Problem,
  ServedKind,
} from '../../../composition/contract.ts';
import type { PlatformSettings } from '../../../kube/platform.ts';
import type { Names } from '../origin/origin.ts';
import type { Spec } from '../xr.gen.ts';
import { composeDatabases } from './databases.ts';
import { checkExtensions } from './extensions.ts';
import type { DecidedLogin } from './logins.ts';
import { loginSecrets } from './logins.ts';

/** What is asked for inside the server, besides its first database and that one's owner. */
export interface Inside {
  readonly secrets: readonly Composed[];
  /** What only CloudNativePG can make. */
  readonly databases: readonly Composed[];
  readonly conditions: readonly Condition[];
  readonly schemas: Readonly<Record<string, ServedKind>>;
}

export function composeInside(
  claim: Claim<Spec>,
  context: Context,
  names: Names,
  logins: readonly DecidedLogin[],
): Inside {
  const { resources: databases, conditions, schemas } = composeDatabases(claim, context, names);
  const secrets = loginSecrets(claim, context, names, logins);
  return { secrets, databases, conditions: [...conditions, ...rolesCondition(logins, secrets)], schemas };
}

function rolesCondition(logins: readonly DecidedLogin[], secrets: readonly Composed[]): Condition[] {
  if (logins.length === 0) return [];
  const type = 'RolesReady';
  const waiting = logins.flatMap(([{ name }]) => {
    const readiness = secrets.find(({ key }) => key === `conn-${name}`)?.readiness;
    if (readiness?.ready === true) return [];
    return [`Role ${name} ${readiness?.why ?? 'waits for its password'}`];
  });
  if (waiting.length === 0) return [{ type, status: 'True', reason: 'Made' }];
  return [{ type, status: 'False', reason: 'NotMade', message: `${waiting.join('; ')}.` }];
}

/** Names that two would have, databases that are not there, and extensions that no image has; a catalog may name images that have them. */
export function checkInside(
  { spec }: Claim<Spec>,
  { database, owner }: Names,
  { postgresImageCatalog }: PlatformSettings,
): Problem[] {
  const { databases = [], roles = [], extensions } = spec;
  const checked = (path: string, names: readonly string[] | undefined) =>
    postgresImageCatalog === undefined ? checkExtensions(path, names) : [];
  const known = new Set(databases.map(({ name }) => name));
  const taken = (name: string) => {
    if (name === owner) return `${name} owns the first database; give another name`;
    return undefined;
  };
  const named = (path: string, why: string | undefined): Problem[] =>
    why === undefined ? [] : [{ path: `${path}.name`, message: why }];
  return [
    ...checked('spec.extensions', extensions),
    ...databases.flatMap(({ name, extensions: own }, index) => {
      const path = `spec.databases[${index}]`;
      const first = name === database ? `${name} is the first database; give another name` : undefined;
      return [...named(path, first ?? taken(name)), ...checked(`${path}.extensions`, own)];
    }),
    ...roles.flatMap(({ name, database: to }, index) => {
      const path = `spec.roles[${index}]`;
      const stranger =
        to === undefined || known.has(to)
          ? []
          : [{ path: 'spec.roles', message: `${name} leads to ${to}, which is none of spec.databases` }];
      return [...named(path, taken(name)), ...stranger];
    }),
  ];
}
