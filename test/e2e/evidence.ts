import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { object, text } from '../../functions/composition/read.ts';
import type { Kubectl } from './kubectl.ts';
import { namespace } from './world.ts';

/** Everything a claim is made of, the claims and what they run on; Secrets by name only. */
const kinds = [
  'zerotouch',
  'clusters.postgresql.cnpg.io,dragonflies.dragonflydb.io,scaledobjects.keda.sh,hpa',
  'deployments,statefulsets,jobs,pods,services,persistentvolumeclaims,networkpolicies,poddisruptionbudgets',
].join(',');

/** Namespaces of what composes and operates, whose logs tell why something did not happen. */
const operators = ['crossplane-system', 'cnpg-system', 'keda', 'dragonfly-operator-system', 'nats'];

/** Keeps what would explain a failure, in a folder of its own below `folder`, and gives that folder. */
export async function keepEvidence(cluster: Kubectl, folder: string, name: string): Promise<string> {
  const path = join(
    folder,
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .slice(0, 80),
  );
  await mkdir(path, { recursive: true });
  const save = async (file: string, args: readonly string[]) => {
    const printed = await cluster.run(args).catch((error: unknown) => String(error));
    await writeFile(join(path, file), printed);
  };
  await save('events.txt', ['get', 'events', '-n', namespace, '--sort-by', '.lastTimestamp']);
  await save('objects.yaml', ['get', kinds, '-n', namespace, '-o', 'yaml', '--ignore-not-found']);
  await save('secrets.txt', ['get', 'secrets', '-n', namespace]);
  await save('packages.yaml', ['get', 'pkgrev,pkg', '-o', 'yaml', '--ignore-not-found']);
  for (const where of [namespace, ...operators]) {
    for (const pod of await cluster.list('pods', { in: where }).catch(() => [])) {
      const name = text(object(pod['metadata'])['name']);
      const logs = ['logs', '-n', where, name, '--all-containers', '--prefix', '--tail', '2000'];
      await save(`${where}.${name}.log`, logs);
      if (restarted(pod)) await save(`${where}.${name}.previous.log`, [...logs, '--previous']);
    }
  }
  return path;
}

function restarted(pod: object): boolean {
  return /"restartCount":[1-9]/.test(JSON.stringify(pod));
}
