import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { customResourceDefinitions } from '../tools/crds.ts';
import { program } from '../tools/programs.ts';

const run = promisify(execFile);

const labels = (name: string) => ({ app: name });

const template = (name: string) => ({
  metadata: { labels: labels(name) },
  spec: { containers: [{ name: 'main', image: `example.org/${name}:v1` }] },
});

const deployment = (name: string): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { selector: { matchLabels: labels(name) }, template: template(name) },
});

/** As the chart of NATS has it: its claim for a volume says neither version nor kind, which the API server adds. */
const streams = {
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'nats' },
  spec: {
    serviceName: 'nats-headless',
    selector: { matchLabels: labels('nats') },
    template: template('nats'),
    volumeClaimTemplates: [
      {
        metadata: { name: 'nats-js' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } },
      },
    ],
  },
};

/** What stands in for the operator of this name: a Deployment, and its kinds where nothing else brings them. */
async function objectsOf(name: string): Promise<readonly object[]> {
  if (name === 'nats') return [streams];
  const kinds = name === 'external-secrets' ? await customResourceDefinitions(['external-secrets']) : [];
  return [...kinds, deployment(name)];
}

/** Writes a chart into the folder that stands in for the one of this name, which no package registry has. */
export async function writeChart(folder: string, name: string, version: string): Promise<void> {
  await mkdir(join(folder, 'templates'), { recursive: true });
  await writeFile(join(folder, 'Chart.yaml'), JSON.stringify({ apiVersion: 'v2', name, version }));
  await writeFile(join(folder, 'templates/objects.yaml'), '{{ .Files.Get "objects.yaml" }}\n');
  const documents = (await objectsOf(name)).map((each) => `---\n${JSON.stringify(each)}\n`);
  await writeFile(join(folder, 'objects.yaml'), documents.join(''));
}

/** Packs charts, each `name` by its version, into a folder that is a chart repository afterwards. */
export async function packCharts(
  folder: string,
  sources: string,
  charts: Readonly<Record<string, string>>,
): Promise<void> {
  const helm = await program('helm');
  for (const [name, version] of Object.entries(charts)) {
    await writeChart(join(sources, name), name, version);
    await run(helm, ['package', join(sources, name), '--destination', folder]);
  }
  await run(helm, ['repo', 'index', folder]);
}
