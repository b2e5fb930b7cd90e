import type { Claim, Lookup, Observed, ResourceSelector } from '../../../composition/contract.ts';
import { at, text } from '../../../composition/read.ts';
import { connectionSecretName } from '../../../kube/connection-secret.ts';
import type { Names, Origin } from './origin.ts';
import { namesOf, sourceName, waiting } from './origin.ts';
import type { Spec } from '../xr.gen.ts';

/** The key of the Secret with the other server's connection among the requirements. */
export const importKey = 'import-secret';

/** Of what has to be in the Secret, the names by which it is known; the first is that of a `-conn` of ours. */
const entries = {
  host: ['endpoint', 'host'],
  user: ['username', 'user'],
  dbname: ['database', 'dbname'],
  password: ['password'],
} as const;

export function importRequirement(claim: Claim<Spec>, name: string): ResourceSelector {
  return { apiVersion: 'v1', kind: 'Secret', name, namespace: claim.namespace };
}

/** One database of another server, dumped and restored into the new one. The password stays in its Secret. */
export function importOrigin(claim: Claim<Spec>, name: string, found: Lookup): Origin {
  const names = namesOf(claim);
  if (found === undefined || found === null)
    return waiting(
      names,
      'SecretMissing',
      `Secret ${name}, which says where to import from, does not exist.`,
    );
  const missing = Object.values(entries).filter((keys) => valueOf(found, keys) === '');
  if (missing.length > 0)
    return waiting(
      names,
      'SecretIncomplete',
      `Secret ${name}, which says where to import from, lacks ${missing.map((keys) => keys.join(' or ')).join(', ')}.`,
    );
  const host = valueOf(found, entries.host);
  const dbname = valueOf(found, entries.dbname);
  return {
    kind: 'source',
    names,
    fill: {
      bootstrap: { initdb: importing(claim, names, dbname) },
      externalClusters: [server(name, found, host, dbname)],
    },
    told: `database ${dbname} on ${host}`,
  };
}

/** https://cloudnative-pg.io/documentation/1.30/database_import/#the-microservice-type */
function importing(claim: Claim<Spec>, names: Names, dbname: string) {
  return {
    ...names,
    secret: { name: connectionSecretName(claim) },
    dataChecksums: true,
    import: { type: 'microservice', databases: [dbname], source: { externalCluster: sourceName } },
  };
}

/** Nothing goes over the wire in clear unless the Secret says so; with a CA the server has to prove itself. */
function server(name: string, secret: Observed, host: string, dbname: string) {
  const certified = valueOf(secret, ['ca.crt']) !== '';
  return {
    name: sourceName,
    connectionParameters: {
      host,
      port: valueOf(secret, ['port']) || '5432',
      user: valueOf(secret, entries.user),
      dbname,
      sslmode: valueOf(secret, ['sslmode']) || (certified ? 'verify-full' : 'require'),
    },
    password: { name, key: 'password' },
    ...(certified ? { sslRootCert: { name, key: 'ca.crt' } } : {}),
  };
}

function valueOf(secret: Observed, keys: readonly string[]): string {
  for (const key of keys) {
    const value = Buffer.from(text(at(secret, 'data', key)), 'base64')
      .toString('utf8')
      .trim();
    if (value !== '') return value;
  }
  return '';
}
