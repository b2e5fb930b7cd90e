import { at, list, text } from '../../../functions/composition/read.ts';
import { names } from '../../../package/release.ts';
import { database, cache, namespace as where, tenant, worker } from '../../argocd/first-tenant.ts';
import { login, owner } from '../../argocd/somebody.ts';
import { until } from '../../engine/until.ts';
import { mirror } from '../../packages/cluster.ts';
import { applications, arrives, isWell } from '../applications.ts';
import { becomes, gone, isTrue, noneLeft } from '../claims.ts';
import { overlay, startGitHost } from '../git-host.ts';
import type { GitHost } from '../git-host.ts';
import { differences, inventory } from '../inventory.ts';
import type { Kubectl, Ref } from '../kubectl.ts';
import { publish, removePackages, tagAs } from '../packages.ts';
import { modelServer, programMap } from '../programs.ts';
import { step } from '../story.ts';
import type { Chapter } from '../story.ts';
import { allComplete, publishJobs } from '../workload.ts';
import type { World } from '../world.ts';

const refOf = ({ kind, metadata }: typeof cache): Ref => ({
  of: `${kind.toLowerCase()}/${metadata.name}`,
  in: where,
});
const cacheClaim = refOf(cache);
/** The three claims of the tenant of the examples. */
const claims = [refOf(database), cacheClaim, refOf(worker)];
const controller = 'statefulset/argocd-application-controller';

/** From the three folders to running Pods by the two documented commands, with a real Argo CD between them. */
export function gitops({ cluster, registry }: World, version: string): Chapter {
  const jobs = `gitops-${Date.now()}`;
  let host: GitHost | undefined;
  let before: ReadonlySet<string> | undefined;
  const atHome = () => {
    if (!host) throw new Error('expected repositories');
    return host;
  };
  return {
    title: 'Three folders become repositories, and Argo CD makes of them what they say',
    steps: [
      step(
        'a release and the three folders, adapted to this cluster, are on hosts that it reaches',
        async () => {
          await refuseOthers(cluster);
          before = await inventory(cluster);
          await publish(registry, version);
          await cluster.apply([mirror(registry.pull)]);
          host = await startGitHost({ cluster, registry }, version);
        },
      ),
      step('two commands install Argo CD and name the environment', async () => {
        const app = `https://github.com/${owner}/bizmatters.git`;
        for (const url of [`https://github.com/${owner}/zerotouch-tenants.git`, app])
          await atHome().terminal.type(
            `cd ~/zerotouch-platform && scripts/add-private-repository ${url} ${login.username}`,
            login.token,
          );
        await atHome().terminal.type(`scripts/bootstrap dev ${app}`);
      }),
      step('wave after wave the tree becomes Synced and Healthy, with our packages in it', async () => {
        await arrives(cluster, 'root', 900);
        await arrives(cluster, 'argocd', 300);
        return (await applications(cluster)).map(({ name }) => name).join(', ');
      }),
      step('the three claims of the tenant become Ready, with running Pods', async () => {
        await arrives(cluster, tenant, 900);
        for (const claim of claims) await becomes(cluster, claim, 'Ready', 300);
        const pods = await cluster.list('pods', { in: where });
        return pods
          .filter((pod) => isTrue(pod, 'Ready'))
          .map((pod) => text(at(pod, 'metadata', 'name')))
          .join(', ');
      }),
      step('jobs are answered', async () => {
        await cluster.run(['apply', '--server-side', '-f', '-'], {
          input: JSON.stringify(await programMap('model', where)),
        });
        await cluster.apply(modelServer(where));
        await becomes(cluster, { of: 'pod/model', in: where }, 'Ready', 120);
        await publishJobs(cluster, jobs, 3);
        await allComplete(cluster, jobs, 3, 300);
      }),
      step('a commit of an image reaches the workers', async () => {
        const tag = `${version}-again`;
        await tagAs(registry, version, tag);
        const { app } = atHome();
        await app.edit(overlay, (file) => file.replace(/newTag: .*/, `newTag: ${tag}`));
        await arrives(cluster, tenant, 300, await app.commit('A new image'));
        const image = `${registry.pull}/${names.worker}:${tag}`;
        await until('the worker runs it', () => runs(cluster, image), { seconds: 300, every: 1_000 });
      }),
      step('every Application is Synced and Healthy', async () => {
        const found = await applications(cluster);
        const odd = found.filter((each) => !isWell(each));
        if (odd.length > 0) throw new Error(`expected all to be well, got ${JSON.stringify(odd)}`);
        return `${found.length}`;
      }),
      step(
        'what is changed by hand goes back to what Git says',
        async () => {
          await cluster.patch(cacheClaim, { spec: { size: 'small' } });
          await until('the cache is micro again', () => isMicro(cluster), { seconds: 90, every: 500 });
        },
        async () => {
          const scale = ['-n', 'argocd', 'scale', controller];
          await cluster.run([...scale, '--replicas=0']);
          await gone(cluster, { of: 'pod/argocd-application-controller-0', in: 'argocd' }, 120);
        },
      ),
    ],
    async end() {
      await host?.[Symbol.asyncDispose]();
      if (before) await leave(cluster, before);
    },
  };
}

/** Namespaces that the tree makes, and that go with all that is in them. */
const namespaces = ['argocd', 'external-secrets', where];

/** @throws where one of the namespaces is somebody else's */
async function refuseOthers(cluster: Kubectl): Promise<void> {
  for (const name of namespaces)
    if (await cluster.find({ of: `namespace/${name}` }))
      throw new Error(`expected no namespace ${name}, as all that is in it would be deleted`);
}

/** Whether every worker that is there runs this image, and is ready. */
async function runs(cluster: Kubectl, image: string): Promise<boolean> {
  const labels = 'app.kubernetes.io/name=agent-executor,app.kubernetes.io/component=worker';
  const pods = await cluster.list('pods', { in: where, labels });
  const images = pods.flatMap((pod) =>
    list(at(pod, 'spec', 'containers')).map((each) => text(at(each, 'image'))),
  );
  return (
    images.length > 0 && images.every((each) => each === image) && pods.every((pod) => isTrue(pod, 'Ready'))
  );
}

async function isMicro(cluster: Kubectl): Promise<boolean> {
  return at(await cluster.get(cacheClaim), 'spec', 'size') === 'micro';
}

/** Takes away Argo CD first, which would bring back the rest. */
async function leave(cluster: Kubectl, before: ReadonlySet<string>): Promise<void> {
  await removeArgoCd(cluster);
  const there = await Promise.all(claims.map((claim) => cluster.find(claim).catch(() => undefined)));
  const standing = claims.filter((_, index) => there[index]);
  for (const claim of standing) {
    await cluster.patch(claim, { spec: { deletionProtection: false } });
    await cluster.remove(claim);
  }
  for (const claim of standing) await gone(cluster, claim, 180);
  // While its operator is there, which an ExternalSecret waits for.
  await cluster.remove({ of: `namespace/${where}` });
  await gone(cluster, { of: `namespace/${where}` }, 180);
  await removePackages(cluster);
  const left = async () =>
    differences(before, await inventory(cluster)).flatMap(
      (each) => /^left behind: (\w+\/[^/]+)$/.exec(each)?.[1] ?? [],
    );
  for (const of of await left()) await cluster.remove({ of });
  await noneLeft('nothing is left of the tree', left, 180);
}

/** What the generator of tenants makes has a finalizer, and nobody is left to see to it. */
async function removeArgoCd(cluster: Kubectl): Promise<void> {
  const namespace: Ref = { of: 'namespace/argocd' };
  await cluster.remove(namespace);
  await until(
    'Argo CD is gone',
    async () => {
      const left = await cluster.names('applications.argoproj.io', 'argocd').catch(() => []);
      for (const of of left)
        await cluster.patch({ of, in: 'argocd' }, { metadata: { finalizers: null } }).catch(() => undefined);
      return (await cluster.find(namespace)) === undefined;
    },
    { seconds: 180, every: 1_000 },
  );
}
