import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Api } from '../engine/api.ts';
import { root } from '../engine/install.ts';
import { mirror, startCluster } from '../packages/cluster.ts';
import type { Cluster } from '../packages/cluster.ts';
import type { Packages } from '../packages/setup.ts';
import { versions as releases } from '../packages/versions.ts';
import { versions } from '../tools/pins.ts';
import { packCharts, writeChart } from './charts.ts';
import { startRemote } from './remote.ts';
import type { Login, Remote } from './remote.ts';
import { Repository } from './repository.ts';
import { argoCdFolder, startArgoCd } from './servers.ts';
import { standIn } from './stand-ins.ts';

/** What is the same in every repository of a person here: they are private, and want this. */
const login: Login = { username: 'somebody', token: 'a"token\\of $(nobody)' };

/** A cluster with nothing on it but Crossplane, and the repositories beside it. */
export interface World extends AsyncDisposable {
  readonly api: Api;
  readonly cluster: Cluster;
  readonly remote: Remote;
  readonly platform: Repository;
  readonly tenants: Repository;
  readonly app: Repository;
  /** One more, with a file that nobody looks at. */
  repository(name: string): Promise<Repository>;
  /** The two documented commands, and the servers of Argo CD that they would start in a cluster. */
  bootstrap(environment: string, ...repositories: readonly string[]): Promise<void>;
  /** What `scripts/add-private-repository` does. */
  addRepository(name: string): Promise<void>;
}

const chartHosts = [
  'https://charts.crossplane.io/stable',
  'https://charts.external-secrets.io',
  'https://cloudnative-pg.github.io/charts',
  'https://kedacore.github.io/charts',
  'https://nats-io.github.io/k8s/helm/charts',
];

/** Everything that Git and charts are fetched from is on loopback. */
function addressed(remote: Remote): (text: string) => string {
  return (text) =>
    chartHosts
      .reduce((all, host) => all.replaceAll(host, `${remote.url}/charts`), text)
      .replaceAll(/https:\/\/raw\S*\/install\.yaml/g, 'install.yaml')
      .replaceAll(/https:\/\/\S*\/component\?ref\S*/g, 'health')
      // Argo CD permits cluster-scoped objects by name from 3.3 on.
      .replaceAll(', name: intelligence-* }', ' }')
      .replaceAll('https://github.com', remote.url);
}

/** The platform's repository; in it, what would come from elsewhere than a repository or a chart. */
async function writePlatform(platform: Repository, change: (text: string) => string): Promise<void> {
  await platform.copy(join(root, 'examples/platform'), change);
  await cp(join(await argoCdFolder(), 'manifests/install.yaml'), join(platform.tree, 'argocd/install.yaml'));
  await cp(join(root, 'package/cluster/argocd/component'), join(platform.tree, 'argocd/health'), {
    recursive: true,
  });
  // In place of Image Updater, which no package registry has.
  const updater = 'configMapGenerator: [{ name: image-updater, literals: [stands=in] }]\n';
  await platform.write('platform/image-updater/kustomization.yaml', updater);
}

/** Our own repository in two releases that differ in their version. */
async function writeReleases(product: Repository): Promise<void> {
  await product.copy(join(root, 'package/cluster'), (text) => text, 'package/cluster');
  await product.copy(join(root, 'package/install'), (text) => text, 'package/install');
  await product.commit('The first release');
  await product.tag(releases.now);
  await product.edit('package/install/packages.yaml', (text) =>
    text.replaceAll(`:${releases.now}`, `:${releases.next}`),
  );
  await product.commit('The next release');
  await product.tag(releases.next);
}

/** @throws one sentence saying what is missing on this machine */
export async function startWorld(packages: Packages): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const cluster = stack.use(await startCluster());
  const { api, plane } = cluster;
  const served = join(plane.dir, 'served');
  await mkdir(join(served, 'charts'), { recursive: true });
  const remote = stack.use(
    await startRemote(served, login, (path) => !/platform|\/bizmatters\/|dragonfly/.test(path)),
  );
  const change = addressed(remote);

  const [platform, tenants, app, product, dragonfly] = await Promise.all(
    [
      'arun4infra/zerotouch-platform.git',
      'arun4infra/zerotouch-tenants.git',
      'arun4infra/bizmatters.git',
      'bizmatters/zerotouch.git',
      'dragonflydb/dragonfly-operator.git',
    ].map((name) => Repository.create(served, name)),
  );
  if (!platform || !tenants || !app || !product || !dragonfly)
    throw new Error('cannot make the repositories');
  await writePlatform(platform, change);
  await platform.commit('The platform');
  await tenants.copy(join(root, 'examples/tenants'), change);
  await tenants.commit('The tenants');
  await app.copy(join(root, 'examples/app'), (text) => text);
  await app.commit('The application');
  await writeReleases(product);
  await writeChart(
    join(dragonfly.tree, 'charts/dragonfly-operator'),
    'dragonfly-operator',
    versions.dragonflyOperator,
  );
  await dragonfly.commit('The operator');
  await dragonfly.tag(`v${versions.dragonflyOperator}`);
  await packCharts(join(served, 'charts'), join(plane.dir, 'charts'), {
    crossplane: versions.crossplane,
    'external-secrets': versions.externalSecrets,
    'cloudnative-pg': '0.29.0',
    keda: versions.keda,
    nats: '2.14.2',
  });
  await api.apply(mirror(packages.repository));
  stack.use(standIn(api));

  const tokenFile = join(plane.dir, 'token');
  await writeFile(tokenFile, login.token);
  const script = (call: string) => cluster.shell(`cd ${platform.tree} && scripts/${call}`);
  const addRepository = async (name: string) => {
    await script(`add-private-repository ${remote.url}/${name} ${login.username} <${tokenFile}`);
  };
  const held = stack.move();
  return {
    api,
    cluster,
    remote,
    platform,
    tenants,
    app,
    repository: (name) => Repository.create(served, name),
    addRepository,
    async bootstrap(environment, ...repositories) {
      const addresses = repositories.map((name) => `${remote.url}/${name}`);
      await script(`bootstrap ${environment} ${addresses.join(' ')}`);
      held.use(await startArgoCd(plane, api, remote));
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
