import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { kubeconfig } from '../engine/access.ts';
import type { Api } from '../engine/api.ts';
import { mirror, startCluster } from '../packages/cluster.ts';
import type { Cluster } from '../packages/cluster.ts';
import type { Packages } from '../packages/setup.ts';
import { versions as releases } from '../packages/versions.ts';
import { versions } from '../tools/pins.ts';
import { packCharts, writeStandIn } from './charts.ts';
import { startExternalSecrets } from './external-secrets.ts';
import { writeImageUpdater } from './image-updater.ts';
import { startRemote } from './remote.ts';
import { Repository } from './repository.ts';
import { startArgoCd } from './servers.ts';
import { isPrivate, login, owner, writeFiles } from './somebody.ts';
import { standIn } from './stand-ins.ts';
import { Terminal } from './terminal.ts';

/** A cluster with nothing on it but Crossplane, and the hosts beside it. */
export interface World extends AsyncDisposable {
  readonly api: Api;
  readonly cluster: Cluster;
  readonly terminal: Terminal;
  /** The three repositories, empty, which somebody will have in folders of these names at home. */
  readonly platform: Repository;
  readonly tenants: Repository;
  readonly app: Repository;
  /** One more, `OWNER/NAME`. */
  repository(name: string): Promise<Repository>;
  /** Starts what would be Pods of Argo CD, and of the External Secrets Operator as soon as its chart is there. */
  startPods(): Promise<void>;
}

/** Our own repository: the examples to begin from, and two releases that differ in their version. */
async function writeReleases(product: Repository): Promise<void> {
  for (const folder of ['package/cluster', 'package/install', 'examples']) await product.copy(folder);
  await product.commit('The first release');
  await product.tag(releases.now);
  await product.edit('package/install/packages.yaml', (text) =>
    text.replaceAll(`:${releases.now}`, `:${releases.next}`),
  );
  await product.commit('The next release');
  await product.tag(releases.next);
}

async function writeDragonfly(dragonfly: Repository): Promise<void> {
  const chart = join(dragonfly.tree, 'charts/dragonfly-operator');
  await writeStandIn(chart, 'dragonfly-operator', versions.dragonflyOperator);
  await dragonfly.commit('The operator');
  await dragonfly.tag(`v${versions.dragonflyOperator}`);
}

/** @throws one sentence saying what is missing on this machine */
export async function startWorld(packages: Packages): Promise<World> {
  await using stack = new AsyncDisposableStack();
  const cluster = stack.use(await startCluster());
  const { api, plane } = cluster;
  const served = join(plane.dir, 'served');
  await mkdir(served);
  const remote = stack.use(await startRemote(served, login, isPrivate));
  const terminal = await Terminal.open(plane.dir, kubeconfig(plane, 'admin'), remote, login);
  await writeFiles(served);
  await packCharts(served);
  await writeReleases(await Repository.create(served, 'bizmatters/zerotouch'));
  await writeDragonfly(await Repository.create(served, 'dragonflydb/dragonfly-operator'));
  await writeImageUpdater(served);
  const atHome = (name: string) => Repository.create(served, `${owner}/${name}`, join(terminal.home, name));
  const [platform, tenants, app] = [
    await atHome('zerotouch-platform'),
    await atHome('zerotouch-tenants'),
    await atHome('bizmatters'),
  ];
  await api.apply(mirror(packages.repository));
  stack.use(standIn(api));
  const held = stack.move();
  return {
    api,
    cluster,
    terminal,
    platform,
    tenants,
    app,
    repository: (name) => Repository.create(served, name),
    async startPods() {
      held.use(await startArgoCd(plane, api, remote));
      await startExternalSecrets(plane, api);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
