import { authority, signed } from '../tools/certificates.ts';
import { until } from '../engine/until.ts';
import { gone, isTrue } from './claims.ts';
import type { Kubectl } from './kubectl.ts';
import { namespace } from './world.ts';

const where = `${namespace}-outside`;
const name = 'old-server';
const metadata = { name, namespace: where };
const user = 26;

/** A cluster of files in a volume that ends with the Pod; over the network only by password and TLS. */
const program = `
  set -e
  printf %s "$PASSWORD" > /tmp/password
  initdb -D /data/files -U postgres --auth-local=trust --auth-host=scram-sha-256 --pwfile=/tmp/password
  echo 'hostssl all all all scram-sha-256' >> /data/files/pg_hba.conf
  cp /tls/tls.key /data/tls.key
  chmod 600 /data/tls.key
  exec postgres -D /data/files -c listen_addresses='*' -c unix_socket_directories=/tmp \\
    -c ssl=on -c ssl_cert_file=/tls/tls.crt -c ssl_key_file=/data/tls.key
`;

/** A PostgreSQL 17 in a plain Pod, in a namespace of its own, as it would be somewhere else: no operator looks after it. */
export function foreignServer(cluster: Kubectl) {
  const host = `${name}.${where}.svc`;
  const issuer = authority('an authority of before');
  const { certificate, key } = signed(issuer, { commonName: host, dns: [host], use: 'server' });
  const pod = { of: `pod/${name}`, in: where };
  return {
    host,
    /** The certificate of the authority that vouches for it, as PEM. */
    authority: issuer.certificate,

    async start(): Promise<void> {
      await cluster.apply([
        { apiVersion: 'v1', kind: 'Namespace', metadata: { name: where } },
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata,
          type: 'kubernetes.io/tls',
          stringData: { 'tls.crt': certificate, 'tls.key': key },
        },
        {
          apiVersion: 'v1',
          kind: 'Service',
          metadata,
          spec: { selector: { app: name }, ports: [{ port: 5432 }] },
        },
        { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, labels: { app: name } }, spec: podSpec() },
      ]);
      await until(`${name} serves`, async () => isTrue(await cluster.get(pod), 'Ready'), {
        seconds: 120,
        every: 500,
      });
    },

    /** Has its superuser carry out statements and commands of psql. */
    async psql(script: string): Promise<void> {
      const psql = ['psql', '-qh', '/tmp', '-U', 'postgres', '-v', 'ON_ERROR_STOP=1'];
      await cluster.exec(name, where, psql, script);
    },

    async end(): Promise<void> {
      await cluster.remove({ of: `namespace/${where}` });
      await gone(cluster, { of: `namespace/${where}` }, 180);
    },
  };
}

function podSpec(): object {
  return {
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 1,
    securityContext: { runAsUser: user, runAsGroup: user, fsGroup: user },
    containers: [
      {
        name: 'postgres',
        image: 'ghcr.io/cloudnative-pg/postgresql:17-standard-trixie',
        imagePullPolicy: 'IfNotPresent',
        command: ['sh', '-c', program],
        env: [{ name: 'PASSWORD', value: 'superuser-password' }],
        readinessProbe: { exec: { command: ['pg_isready', '-h', '/tmp'] }, periodSeconds: 1 },
        volumeMounts: [
          { name: 'data', mountPath: '/data' },
          { name: 'tls', mountPath: '/tls' },
        ],
      },
    ],
    volumes: [
      { name: 'data', emptyDir: {} },
      { name: 'tls', secret: { secretName: name, defaultMode: 0o440 } },
    ],
  };
}
