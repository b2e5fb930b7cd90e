import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { names } from '../../package/release.ts';
import { packCharts } from '../argocd/charts.ts';
import { hosts, startRemote } from '../argocd/remote.ts';
import type { Remote } from '../argocd/remote.ts';
import { Repository } from '../argocd/repository.ts';
import { isPrivate, login, owner, writeFiles } from '../argocd/somebody.ts';
import { Terminal } from '../argocd/terminal.ts';
import { root } from '../engine/install.ts';
import { versions } from '../packages/versions.ts';
import type { World } from './world.ts';

/** The hosts that the three repositories name, on this machine, and somebody who works on them. */
export interface GitHost extends AsyncDisposable {
  readonly terminal: Terminal;
  readonly app: Repository;
}

/** The overlay that the tenant of the examples has for dev. */
export const overlay = 'services/agent_executor/platform/overlays/dev/kustomization.yaml';

/** Parts of Argo CD that nothing here asks for. */
const idle = ['argocd-dex-server', 'argocd-notifications-controller'];

/**
 * Serves the three folders as repositories, our own release, and the chart and manifest that they name.
 *
 * @param version of the packages that the release installs
 * @throws where the cluster does not pull from this machine, by whose address it would reach the repositories
 */
export async function startGitHost({ cluster, registry }: World, version: string): Promise<GitHost> {
  const [address = ''] = registry.pull.split(/[:/]/);
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  if (!own.some((each) => each.address === address))
    throw new Error(
      `expected a cluster that pulls from this machine, such as npm run e2e up makes, got ${registry.pull}`,
    );
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'zerotouch-git-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const served = join(folder, 'served');
  await mkdir(served);
  const remote = stack.use(await startRemote(served, login, isPrivate, address));
  const terminal = await Terminal.open(folder, cluster.kubeconfig, remote, login);
  await writeFiles(served);
  await packCharts(served);
  await writeRelease(served, version);
  const copy = async (example: string, name: string) => {
    const tree = join(terminal.home, name);
    await cp(join(root, 'examples', example), tree, { recursive: true });
    await terminal.type(`grep -rl arun4infra ${name} | xargs sed -i 's/arun4infra/${owner}/g'`);
    return Repository.create(served, `${owner}/${name}`, tree);
  };
  await writePlatform(await copy('platform', 'zerotouch-platform'), remote, address, version);
  await (await copy('tenants', 'zerotouch-tenants')).commit('From the examples');
  const app = await copy('app', 'bizmatters');
  await writeApp(app, `${registry.pull}/${names.worker}`, version);
  const held = stack.move();
  return { terminal, app, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** Our own repository, whose release is of this version. */
async function writeRelease(served: string, version: string): Promise<void> {
  const product = await Repository.create(served, 'bizmatters/zerotouch');
  for (const part of ['package/cluster', 'package/install']) await product.copy(part);
  await product.edit('package/install/packages.yaml', (text) =>
    text.replaceAll(`:${versions.now}`, `:${version}`),
  );
  await product.commit('The release');
  await product.tag(version);
}

/** The platform leaves out the operators that the cluster has already, and is of the version that is released. */
async function writePlatform(
  platform: Repository,
  remote: Remote,
  address: string,
  version: string,
): Promise<void> {
  const released = (text: string) => text.replaceAll(versions.now, version);
  await platform.edit('bootstrap/components/03-zerotouch.yaml', released);
  await platform.edit('bootstrap/components/kustomization.yaml', (text) =>
    text.replaceAll(/^ {2}- 01-(?!external-secrets).*\n/gm, ''),
  );
  await platform.edit('environments/dev/kustomization.yaml', (text) =>
    text.replace(', ../../bootstrap/image-updater', ''),
  );
  await platform.edit('bootstrap/components/01-external-secrets.yaml', (text) =>
    text.replace(
      /( +)targetRevision: .*\n/,
      '$&$1helm: { valuesObject: { webhook: { create: false }, certController: { create: false } } }\n',
    ),
  );
  await platform.write('argocd/authority.pem', remote.authority);
  await platform.edit('argocd/kustomization.yaml', (text) =>
    JSON.stringify(onThisCluster(load(released(text)) as JsonObject, address)),
  );
  await platform.commit('From the examples');
}

/** Argo CD in as few Pods as will do, from images that are there, on a cluster where the hosts are ours. */
function onThisCluster(kustomization: Readonly<Record<string, unknown>>, address: string): object {
  const { configMapGenerator } = kustomization;
  const pod = '/spec/template/spec';
  const trusted = '/app/config/tls/github.com';
  const repositories = [
    { op: 'add', path: `${pod}/hostAliases`, value: [{ ip: address, hostnames: hosts }] },
    ...['SSL_CERT_FILE', 'GIT_SSL_CAINFO'].map((name) => ({
      op: 'add',
      path: `${pod}/containers/0/env/-`,
      value: { name, value: trusted },
    })),
  ];
  const present = [{ op: 'replace', path: `${pod}/containers/0/imagePullPolicy`, value: 'IfNotPresent' }];
  return {
    ...kustomization,
    replicas: idle.map((name) => ({ name, count: 0 })),
    configMapGenerator: [
      ...(configMapGenerator as object[]),
      {
        name: 'argocd-tls-certs-cm',
        behavior: 'merge',
        files: hosts.map((host) => `${host}=authority.pem`),
      },
    ],
    patches: [
      { target: { kind: 'Deployment|StatefulSet' }, patch: JSON.stringify(present) },
      { target: { kind: 'Deployment', name: 'argocd-repo-server' }, patch: JSON.stringify(repositories) },
    ],
  };
}

/** The application's workers are ours, and have a model in their namespace. */
async function writeApp(app: Repository, image: string, version: string): Promise<void> {
  const model = {
    env: [{ name: 'OPENAI_BASE_URL', value: 'http://model:8089/v1' }],
    egress: [{ pods: { app: 'model' }, ports: [8089] }],
  };
  const more = Object.entries(model).map(
    ([field, value]) => `      - { op: add, path: /spec/${field}, value: ${JSON.stringify(value)} }\n`,
  );
  await app.edit(
    overlay,
    (text) => `${text.replace(/newTag: .*/, `newName: ${image}\n    newTag: ${version}`)}${more.join('')}`,
  );
  await app.commit('From the examples');
}
