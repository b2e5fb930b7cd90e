import { randomBytes } from 'node:crypto';
import { chmod, copyFile, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { kubeconfig } from '../engine/access.ts';
import type { Api } from '../engine/api.ts';
import type { ControlPlane } from '../engine/control-plane.ts';
import { start } from '../engine/keep.ts';
import { until } from '../engine/until.ts';
import { argoCdScripts } from '../node/images/argocd.ts';
import { seeing } from '../packages/cluster.ts';
import { startRedis } from '../servers/redis.ts';
import { moduleFolder } from '../tools/go.ts';
import { versions } from '../tools/pins.ts';
import { freePorts } from '../tools/ports.ts';
import { program } from '../tools/programs.ts';
import type { Remote } from './remote.ts';

/** The folder of Argo CD's own release: its manifests, and the scripts that it runs. */
function argoCdFolder(): Promise<string> {
  return moduleFolder(`github.com/argoproj/argo-cd/v3@v${versions.argoCdServer}`);
}

/** A folder with everything that Argo CD runs, for its PATH. */
async function commands(dir: string): Promise<string> {
  const folder = join(dir, 'argocd-bin');
  await mkdir(folder, { recursive: true });
  for (const name of ['argocd', 'helm', 'kustomize'] as const)
    await symlink(await program(name), join(folder, name));
  const release = await argoCdFolder();
  for (const name of argoCdScripts) {
    await copyFile(join(release, 'hack', name), join(folder, name));
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}

/**
 * Starts the servers of Argo CD as processes beside the control plane, with the rights of an administrator; its kinds and
 * configuration are there already. They look at Git every ten seconds.
 */
export async function startArgoCd(plane: ControlPlane, api: Api, remote: Remote): Promise<AsyncDisposable> {
  const { dir } = plane;
  const file = await program('argocd');
  const redis = await startRedis(join(dir, 'argocd-redis'));
  if (redis === undefined) throw new Error('cannot start Argo CD: there is no redis-server on this machine');
  const [repository = 0, metrics = 0, probes = 0, webhooks = 0, controller = 0, own = 0] = await freePorts(6);
  const folder = (name: string) => join(dir, 'argocd', name);
  for (const name of ['tls', 'ssh', 'gpg', 'helm', 'tmp']) await mkdir(folder(name), { recursive: true });
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'argocd-secret', namespace: 'argocd' },
  };
  await api.patch(secret, { data: { 'server.secretkey': randomBytes(32).toString('base64') } });
  const env = {
    ...remote.trust,
    ARGOCD_FAKE_IN_CLUSTER: 'true',
    ARGOCD_TLS_DATA_PATH: folder('tls'),
    ARGOCD_SSH_DATA_PATH: folder('ssh'),
    ARGOCD_GNUPGHOME: folder('gpg'),
    ARGOCD_GPG_ENABLED: 'false',
    // Where much else runs Helm is slow with a large chart, and one that is not rendered by then counts as one that cannot be.
    ARGOCD_EXEC_TIMEOUT: '5m',
    ARGOCD_ASK_PASS_SOCK: folder('ask-pass.sock'),
    ARGOCD_RECONCILIATION_TIMEOUT: '10s',
    ARGOCD_RECONCILIATION_JITTER: '0s',
    HELM_CACHE_HOME: folder('helm'),
    HELM_CONFIG_HOME: folder('helm'),
    HELM_DATA_HOME: folder('helm'),
    KUBECONFIG: kubeconfig(plane, 'admin'),
    PATH: `${await commands(dir)}:${process.env['PATH'] ?? ''}`,
    REDIS_SERVER: redis.url.replace('redis://', ''),
    TMPDIR: folder('tmp'),
  };
  const server = (name: string, flags: Readonly<Record<string, string | number>>) =>
    start(
      dir,
      `argocd-${name}`,
      seeing(remote.hosts, {
        file,
        args: Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
        env: { ...env, ARGOCD_BINARY_NAME: `argocd-${name}` },
      }),
    );
  const loopback = (port: number) => `127.0.0.1:${port}`;
  await server('repo-server', {
    'disable-tls': 'true',
    address: '127.0.0.1',
    port: repository,
    'metrics-port': metrics,
  });
  await server('applicationset-controller', {
    namespace: 'argocd',
    'argocd-repo-server': loopback(repository),
    'repo-server-plaintext': 'true',
    'metrics-addr': loopback(own),
    'probe-addr': loopback(probes),
    'webhook-addr': loopback(webhooks),
  });
  await server('application-controller', {
    namespace: 'argocd',
    'repo-server': loopback(repository),
    'repo-server-plaintext': 'true',
    'repo-server-timeout-seconds': 300,
    redis: env.REDIS_SERVER,
    'metrics-port': controller,
  });
  await until(
    'Argo CD has looked at the root',
    async () => {
      const [root] = await api.list('argoproj.io/v1alpha1', 'Application', 'argocd');
      return root?.['status'] !== undefined;
    },
    { seconds: 180 },
  );
  return { [Symbol.asyncDispose]: () => redis.stop() };
}
