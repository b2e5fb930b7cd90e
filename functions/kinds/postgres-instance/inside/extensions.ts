import type { Problem } from '../../../composition/contract.ts';
import type { Spec } from '../xr.gen.ts';

/**
 * Extensions in CloudNativePG's standard images: PostgreSQL's own, pgvector and pgAudit.
 * https://www.postgresql.org/docs/current/contrib.html
 * https://github.com/cloudnative-pg/postgres-containers#standard-images
 */
const inImage: ReadonlySet<string> = new Set(
  `amcheck autoinc bloom btree_gin btree_gist citext cube dblink dict_int dict_xsyn earthdistance file_fdw fuzzystrmatch
  hstore insert_username intagg intarray isn lo ltree moddatetime pageinspect pg_buffercache pg_freespacemap pg_prewarm
  pg_stat_statements pg_surgery pg_trgm pg_visibility pg_walinspect pgaudit pgcrypto pgrowlocks pgstattuple plpgsql
  postgres_fdw refint seg sslinfo tablefunc tcn tsm_system_rows tsm_system_time unaccent uuid-ossp vector xml2`.split(
    /\s+/,
  ),
);

/** What people call an extension, by its own name. */
const nicknames: Readonly<Record<string, string>> = {
  pgvector: 'vector',
  trgm: 'pg_trgm',
  uuid_ossp: 'uuid-ossp',
};

/**
 * Extensions whose library PostgreSQL has to load when it starts, each with a parameter at its default: CloudNativePG loads the
 * library of those that have one.
 * https://cloudnative-pg.io/documentation/1.30/postgresql_conf/#managed-extensions
 */
const loadedAtStart: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  pg_stat_statements: { 'pg_stat_statements.track': 'top' },
  pgaudit: { 'pgaudit.log': 'none' },
};

/** Parameters without which an extension that was asked for would be there and not work. */
export function extensionParameters({ extensions = [], databases = [] }: Spec): Record<string, string> {
  const asked = [...extensions, ...databases.flatMap(({ extensions: own = [] }) => own)];
  return Object.assign({}, ...asked.map((each) => loadedAtStart[each] ?? {})) as Record<string, string>;
}

/** Extensions that no image has, which CloudNativePG would try to make for ever. */
export function checkExtensions(path: string, extensions: readonly string[] = []): Problem[] {
  return extensions.flatMap((name, index) => {
    if (inImage.has(name)) return [];
    const meant = nicknames[name];
    const message =
      meant === undefined
        ? `is in no image of PostgreSQL that is used here; there are ${[...inImage].join(', ')}`
        : `is called ${meant}`;
    return [{ path: `${path}[${index}]`, message: `${name} ${message}` }];
  });
}
