import { execFile } from 'node:child_process';
import { appendFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadAll } from 'js-yaml';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { text } from '../../functions/composition/read.ts';
import { crossplaneFolder } from '../tools/crossplane-release.ts';
import { moduleFolder } from '../tools/go.ts';
import { cloudNativePgManifest, kedaManifest } from '../tools/manifests.ts';
import { versions } from '../tools/pins.ts';
import { program } from '../tools/programs.ts';

const run = promisify(execFile);

const labels = (name: string) => ({ app: name });

const template = (name: string) => ({
  metadata: { labels: labels(name) },
  spec: { containers: [{ name: 'main', image: `example.org/${name}:v1` }] },
});

/** A workload that must run, of this name. */
export const deployment = (name: string): object => ({
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

/** Writes a chart that stands in for the one of this name, which no package registry has: one workload that must run. */
export async function writeStandIn(folder: string, name: string, version: string): Promise<void> {
  await mkdir(join(folder, 'templates'), { recursive: true });
  await writeFile(join(folder, 'Chart.yaml'), JSON.stringify({ apiVersion: 'v2', name, version }));
  await writeFile(
    join(folder, 'templates/objects.yaml'),
    JSON.stringify(name === 'nats' ? streams : deployment(name)),
  );
}

/** Crossplane's own chart, as its release has it. */
async function writeCrossplane(folder: string): Promise<void> {
  await cp(join(await crossplaneFolder(), 'charts/crossplane'), folder, { recursive: true });
}

/** The kinds of External Secrets without which the operator does not start, of the two dozen that it defines. */
const needed = /^ {2}name: (?:\w+\.external-secrets\.io|generatorstates\.generators\.external-secrets\.io)$/m;

/**
 * The operator's own chart, with definitions that its release puts into it. Without the webhooks, which would have to be Pods, and
 * without the chart of somebody else that it leaves out by default.
 */
async function writeExternalSecrets(folder: string): Promise<void> {
  const release = await moduleFolder(
    `github.com/external-secrets/external-secrets@v${versions.externalSecrets}`,
  );
  await cp(join(release, 'deploy/charts/external-secrets'), folder, { recursive: true });
  // What comes from Go's module cache may not be written to.
  await run('chmod', ['--recursive', 'u+w', folder]);
  for (const path of ['templates/validatingwebhook.yaml', 'Chart.lock', 'tests'])
    await rm(join(folder, path), { recursive: true });
  const [chart = ''] = (await readFile(join(folder, 'Chart.yaml'), 'utf8')).split(/^dependencies:$/m);
  await writeFile(join(folder, 'Chart.yaml'), chart);
  const definitions = (await readFile(join(release, 'deploy/crds/bundle.yaml'), 'utf8')).split(/^---$/m);
  await writeFile(
    join(folder, 'files/crds.yaml'),
    definitions.filter((each) => needed.test(each)).join('---'),
  );
  await appendFile(join(folder, 'templates/crds/bundle.yaml'), '{{ .Files.Get "files/crds.yaml" }}\n');
}

/** What calls a Pod of the operator's before anything else happens, and no Pod runs here. */
const calling = new Set(['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'APIService']);

/** Writes a chart that stands in for one that no package registry has, with what the operator's own manifest for kubectl has in it. */
async function writeManifest(folder: string, name: string, version: string, manifest: string): Promise<void> {
  const objects = (loadAll(manifest) as (JsonObject | null)[]).filter(
    (each) => each !== null && !calling.has(text(each['kind'])),
  );
  await mkdir(join(folder, 'templates'), { recursive: true });
  await writeFile(join(folder, 'Chart.yaml'), JSON.stringify({ apiVersion: 'v2', name, version }));
  await writeFile(
    join(folder, 'objects.yaml'),
    objects.map((each) => `---\n${JSON.stringify(each)}\n`).join(''),
  );
  await writeFile(join(folder, 'templates/objects.yaml'), '{{ .Files.Get "objects.yaml" }}\n');
}

/** A chart, and where it is published. */
interface Chart {
  readonly name: string;
  readonly version: string;
  /** Host and folder of its repository. */
  readonly repository: string;
  readonly write: (folder: string) => Promise<void>;
}

const standIn = (name: string, version: string, repository: string): Chart => ({
  name,
  version,
  repository,
  write: (folder) => writeStandIn(folder, name, version),
});

const charts: readonly Chart[] = [
  {
    name: 'crossplane',
    version: versions.crossplane,
    repository: 'charts.crossplane.io/stable',
    write: writeCrossplane,
  },
  {
    name: 'external-secrets',
    version: versions.externalSecrets,
    repository: 'charts.external-secrets.io',
    write: writeExternalSecrets,
  },
  {
    name: 'cloudnative-pg',
    version: '0.29.0',
    repository: 'cloudnative-pg.github.io/charts',
    write: async (folder) => writeManifest(folder, 'cloudnative-pg', '0.29.0', await cloudNativePgManifest()),
  },
  {
    name: 'keda',
    version: versions.keda,
    repository: 'kedacore.github.io/charts',
    write: async (folder) => writeManifest(folder, 'keda', versions.keda, await kedaManifest()),
  },
  standIn('nats', '2.14.2', 'nats-io.github.io/k8s/helm/charts'),
];

/** Packs every chart into the folder that its host serves, which is a chart repository afterwards. */
export async function packCharts(served: string): Promise<void> {
  const helm = await program('helm');
  for (const { name, version, repository, write } of charts) {
    const source = join(served, 'chart-sources', name);
    await mkdir(join(served, 'chart-sources'), { recursive: true });
    await write(source);
    const folder = join(served, repository);
    await mkdir(folder, { recursive: true });
    await run(helm, [
      'package',
      source,
      '--version',
      version,
      '--app-version',
      `v${version}`,
      '--destination',
      folder,
    ]);
    await run(helm, ['repo', 'index', folder]);
  }
}
