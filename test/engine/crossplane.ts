import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { signed } from '../tools/certificates.ts';
import type { KeyPair } from '../tools/certificates.ts';
import { crossplaneRelease } from '../tools/crossplane-release.ts';
import { program } from '../tools/programs.ts';
import { Api } from './api.ts';
import type { Draft } from './api.ts';
import { freePorts } from '../tools/ports.ts';
import { kubeconfig } from './access.ts';
import type { ControlPlane } from './control-plane.ts';
import { start } from './keep.ts';
import type { Command } from './keep.ts';
import { until } from './until.ts';

const run = promisify(execFile);
const namespace = 'crossplane-system';

/** A running Crossplane. */
export interface Crossplane {
  readonly commands: Readonly<Record<'crossplane' | 'rbac-manager', Command>>;
  /** Where core tells its figures. */
  readonly metrics: string;
}

function binding(name: string, account: string): Draft {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  };
}

async function grant(api: Api): Promise<string> {
  const { crds, roles } = await crossplaneRelease();
  await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
  const drafts = [
    ...(roles as readonly Draft[]),
    binding('crossplane', 'crossplane'),
    binding('crossplane-rbac-manager', 'rbac-manager'),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'crossplane', namespace } },
  ];
  // The aggregated role's rules are filled in by a controller; an apply of them would be its rival.
  await Promise.all(drafts.map((draft) => api.apply(draft, { manager: 'helm' })));
  return crds;
}

/**
 * Installs Crossplane as its chart does, but for the pods: core and RBAC manager run as processes, with the rights of
 * their own service accounts and no others. Packages have the runtime External: nothing runs functions but us.
 */
export async function startCrossplane(plane: ControlPlane): Promise<Crossplane> {
  const api = new Api(plane.access.admin);
  const [file, crds] = await Promise.all([program('crossplane-core'), grant(api)]);
  const certificates = join(plane.dir, 'crossplane-tls');
  const cache = join(plane.dir, 'packages');
  await mkdir(cache, { recursive: true });
  const env = {
    KUBECONFIG: kubeconfig(plane, 'crossplane'),
    POD_NAMESPACE: namespace,
    POD_SERVICE_ACCOUNT: 'crossplane',
    ENABLE_WEBHOOKS: 'false',
    TLS_CA_SECRET_NAME: 'crossplane-root-ca',
    TLS_CLIENT_SECRET_NAME: 'crossplane-tls-client',
    CRDS_PATH: crds,
  };
  // It makes an object of a kind that it has defined a moment ago, which an API server may not know yet; a pod is
  // then restarted. Here it is asked again.
  await until('core init', () => run(file, ['core', 'init'], { env: { ...process.env, ...env } }), {
    seconds: 120,
  });
  await writeCertificates(api, certificates);
  const [metrics, probes] = await freePorts(2);
  const core: Command = {
    file,
    args: ['core', 'start', '--package-runtime=External', '--debug'],
    env: {
      ...env,
      TLS_CLIENT_CERTS_DIR: certificates,
      XPKG_CACHE_DIR: cache,
      METRICS_PORT: String(metrics),
      HEALTH_PROBE_PORT: String(probes),
      // Lets its log tell why it cannot connect to a function; a claim says so only after two minutes.
      GRPC_GO_LOG_SEVERITY_LEVEL: 'warning',
    },
  };
  const manager: Command = {
    file,
    args: ['rbac', 'start'],
    env: { KUBECONFIG: kubeconfig(plane, 'rbac-manager') },
  };
  await start(plane.dir, 'crossplane', core);
  await start(plane.dir, 'rbac-manager', manager);
  return {
    commands: { crossplane: core, 'rbac-manager': manager },
    metrics: `http://127.0.0.1:${metrics}/metrics`,
  };
}

async function secret(api: Api, name: string): Promise<Record<string, string>> {
  const { data } = await api.get({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } });
  const entries = Object.entries(data as Record<string, string>);
  return Object.fromEntries(entries.map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));
}

async function writeCertificates(api: Api, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = Object.entries(await secret(api, 'crossplane-tls-client'));
  await Promise.all(files.map(([name, text]) => writeFile(join(folder, name), text, { mode: 0o600 })));
}

/** The authority by which core and functions know each other. */
export async function rootAuthority(api: Api): Promise<KeyPair> {
  const { 'tls.crt': certificate, 'tls.key': key } = await secret(api, 'crossplane-root-ca');
  if (!certificate || !key)
    throw new Error('cannot read the Secret crossplane-root-ca: no certificate in it');
  return { certificate, key };
}

/** Writes the folder that a function is given: its certificate, key and the authority it trusts, in a pod's names. */
export async function writeFunctionCertificates(
  folder: string,
  issuer: KeyPair,
  trusted: KeyPair = issuer,
): Promise<void> {
  const server = signed(issuer, { commonName: 'function', dns: ['localhost'], ip: ['127.0.0.1'] });
  await mkdir(folder, { recursive: true });
  await Promise.all([
    writeFile(join(folder, 'tls.crt'), server.certificate),
    writeFile(join(folder, 'tls.key'), server.key, { mode: 0o600 }),
    writeFile(join(folder, 'ca.crt'), trusted.certificate),
  ]);
}
