import type { Claim, Observed } from '../../../composition/contract.ts';
import { connectionSecretName } from '../../../kube/connection-secret.ts';
import { majorOf, wasStarted } from '../live.ts';
import type { Origin } from './origin.ts';
import { namesIn, namesOf, sourceName, waiting } from './origin.ts';
import type { Spec } from '../xr.gen.ts';

/**
 * A copy of a claim that runs, taken from its server over the replication protocol with the certificates that
 * CloudNativePG made for its standbys. It needs no archive.
 * https://cloudnative-pg.io/documentation/1.30/bootstrap/#bootstrap-from-a-live-cluster-pg_basebackup
 */
export function cloneOf(claim: Claim<Spec>, name: string, cluster: Observed): Origin {
  const names = namesOf(claim, namesIn(cluster));
  const { version } = claim.spec;
  const major = majorOf(cluster);
  if (major !== undefined && major !== version)
    return waiting(
      names,
      'OtherVersion',
      `PostgresInstance ${name} runs PostgreSQL ${major}, not ${version}: clone it with version "${major}"; afterwards the version may go up.`,
      true,
    );
  if (!wasStarted(cluster))
    return waiting(names, 'SourceNotRunning', `PostgresInstance ${name} does not run yet, so it waits.`);
  return {
    kind: 'source',
    names,
    fill: {
      bootstrap: {
        pg_basebackup: { source: sourceName, ...names, secret: { name: connectionSecretName(claim) } },
      },
      externalClusters: [
        {
          name: sourceName,
          connectionParameters: {
            host: `${name}-rw.${claim.namespace}.svc`,
            user: 'streaming_replica',
            dbname: 'postgres',
            sslmode: 'verify-full',
          },
          sslKey: { name: `${name}-replication`, key: 'tls.key' },
          sslCert: { name: `${name}-replication`, key: 'tls.crt' },
          sslRootCert: { name: `${name}-ca`, key: 'ca.crt' },
        },
      ],
    },
    told: `PostgresInstance ${name} as it runs`,
  };
}
