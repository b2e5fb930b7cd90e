import { at, number } from '../../../functions/composition/read.ts';
import { until } from '../../engine/until.ts';
import { jwtAccount } from '../../servers/nats-jwt.ts';
import { authority, signed } from '../../tools/certificates.ts';
import { versions } from '../../tools/pins.ts';
import { becomes, gone } from '../claims.ts';
import type { QueueOrder } from '../pods/queue.ts';
import { inCluster } from '../pods.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { slowJob } from '../workload.ts';
import { claimRef, here, namespace } from '../world.ts';
import type { World } from '../world.ts';

/** Where the company has its NATS. */
const messaging = `${namespace}-messaging`;
const host = `nats.${messaging}.svc`;
const prefix = 'company';
const count = 60;

/** An executor on a NATS with accounts, credentials and TLS, beside the one on an open NATS, whose database and cache it shares. */
export function companyNats({ cluster }: World, image: string): Chapter {
  const claim = claimRef('AgentExecutor', prefix);
  const ca = authority('a company');
  const account = jwtAccount();
  const order: QueueOrder = {
    servers: `tls://${host}:4222`,
    login: { creds: account.creds, ca: ca.certificate },
  };
  const id = `company-${Date.now()}`;
  return {
    title: 'NATS as companies run it',
    steps: [
      step('a NATS serves with accounts and TLS, and lets nobody in without', async () => {
        const server = signed(ca, { commonName: host, dns: [host, `${host}.cluster.local`], use: 'server' });
        await cluster.apply(natsWith(account.settings, server));
        await cluster.run(['-n', messaging, 'rollout', 'status', 'deployment/nats', '--timeout', '120s'], {
          seconds: 140,
        });
        const { servers } = order;
        const said = await inCluster(cluster, {
          do: 'streams',
          servers,
          login: { creds: jwtAccount().creds, ca: ca.certificate },
        }).then(() => 'let in', String);
        if (!/authorization/i.test(said)) throw new Error(`expected a refused login, got: ${said}`);
      }),
      step('a claim with a login of somebody else says that NATS refuses it', async () => {
        await cluster.apply([secret('nats-ca', { 'ca.crt': ca.certificate })]);
        await cluster.apply([secret('company-login', { 'nats.creds': jwtAccount().creds })]);
        await cluster.apply([executor(image, account.account)]);
        return until(
          'the claim says so',
          async () => {
            const live = await cluster.find(claim);
            const found = JSON.stringify(at(live, 'status', 'conditions') ?? []);
            return found.includes('NATS refuses the login') && 'NATS refuses the login';
          },
          { seconds: 180, every: 1_000 },
        );
      }),
      step('with its own it makes its streams and becomes Ready by itself', async () => {
        await cluster.apply([secret('company-login', { 'nats.creds': account.creds })]);
        await becomes(cluster, claim, 'Ready', 300);
      }),
      step(`${count} jobs bring more workers, though NATS asks KEDA for no login`, async () => {
        const jobs = Array.from({ length: count }, (_, index) => slowJob(`${id}-${index}`));
        await inCluster(cluster, { do: 'publish', ...order, subject: `${prefix}.execute.e2e`, jobs });
        let most = 0;
        await until(
          'more than one worker is available',
          async () => {
            const live = await cluster.get(here(`deployment/${prefix}`));
            most = number(at(live, 'status', 'availableReplicas')) ?? 0;
            return most > 1;
          },
          { seconds: 120, every: 500, describe: () => most },
        );
        return `${most} workers`;
      }),
      step(
        'every job is completed, each once',
        async () => {
          let ends: Record<string, Record<string, number>> = {};
          await until(
            'every job has a result',
            async () => {
              ends = await inCluster(cluster, {
                do: 'results',
                ...order,
                stream: 'COMPANY_STATUS',
                prefix: `${id}-`,
              });
              return Object.keys(ends).length >= count;
            },
            { seconds: 300, every: 1_000, describe: () => Object.keys(ends).length },
          );
          const odd = Object.entries(ends).filter(([, each]) => JSON.stringify(each) !== '{"completed":1}');
          if (odd.length > 0) throw new Error(`expected one result each, got ${JSON.stringify(odd)}`);
        },
        async () => {
          const jobs = [{ id: `${id}-broken`, definition: {}, input: {} }];
          await inCluster(cluster, { do: 'publish', ...order, subject: `${prefix}.execute.e2e`, jobs });
        },
      ),
    ],
    async end() {
      await cluster.remove(claim);
      await gone(cluster, claim, 180);
      for (const name of ['nats-ca', 'company-login']) await cluster.remove(here(`secret/${name}`));
      await cluster.remove({ of: `namespace/${messaging}` });
      await gone(cluster, { of: `namespace/${messaging}` }, 180);
    },
  };
}

function secret(name: string, stringData: Readonly<Record<string, string>>, where = namespace): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: where }, stringData };
}

function executor(image: string, account: string): object {
  return {
    apiVersion: 'platform.bizmatters.io/v1alpha1',
    kind: 'AgentExecutor',
    metadata: { name: prefix, namespace },
    spec: {
      image,
      size: 'micro',
      nats: {
        servers: [`tls://${host}:4222`],
        subjectPrefix: prefix,
        credentialsSecret: 'company-login',
        tls: { caSecret: 'nats-ca' },
        account,
      },
      postgresConnectionSecret: 'agent-executor-db-conn',
      dragonflyConnectionSecret: 'agent-executor-cache-conn',
      llmKeysSecret: 'agent-executor-llm-keys',
      scaling: { maxReplicas: 3 },
      env: [{ name: 'OPENAI_BASE_URL', value: `http://model.${namespace}.svc:8089/v1` }],
      egress: [{ pods: { app: 'model' }, ports: [8089] }],
    },
  };
}

/** One server, whose messages go with its Pod, and both Services as the NATS chart has them. */
function natsWith(
  accounts: string,
  server: { readonly certificate: string; readonly key: string },
): object[] {
  const metadata = (name: string) => ({ name, namespace: messaging });
  const labels = { app: 'nats' };
  const config = `${accounts}
jetstream { store_dir: /data }
http_port: 8222
server_name: company-0
tls { cert_file: /tls/tls.crt, key_file: /tls/tls.key }
`;
  const client = { name: 'client', port: 4222 };
  const monitor = { name: 'monitor', port: 8222 };
  return [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: messaging } },
    secret('tls', { 'tls.crt': server.certificate, 'tls.key': server.key }, messaging),
    secret('config', { 'nats.conf': config }, messaging),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata('nats'),
      spec: { selector: labels, ports: [client] },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: metadata('nats-headless'),
      spec: { clusterIP: 'None', selector: labels, ports: [client, monitor] },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: metadata('nats'),
      spec: {
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [
              {
                name: 'nats',
                image: `nats:${versions.nats}`,
                args: ['--config', '/config/nats.conf'],
                readinessProbe: { httpGet: { path: '/healthz', port: 8222 }, periodSeconds: 1 },
                volumeMounts: ['tls', 'config', 'data'].map((name) => ({ name, mountPath: `/${name}` })),
              },
            ],
            volumes: [
              ...['tls', 'config'].map((name) => ({ name, secret: { secretName: name } })),
              { name: 'data', emptyDir: {} },
            ],
          },
        },
      },
    },
  ];
}
