/** `npm run build`: both packages and both images, for two architectures, with no container engine and no registry. */
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { command } from '../command-line/command.ts';
import { DONE, FAILED } from '../command-line/exit-code.ts';
import type { ExitCode } from '../command-line/exit-code.ts';
import { Failure } from '../command-line/failure.ts';
import type { Flags, GivenFlags } from '../command-line/flag.ts';
import { main } from '../command-line/main.ts';
import manifest from '../package.json' with { type: 'json' };
import { baseLayers } from './image/base.ts';
import type { Architecture } from './image/debian.ts';
import type { Entry } from './image/entry.ts';
import { image } from './image/image.ts';
import type { Image } from './image/image.ts';
import { layer } from './image/layer.ts';
import type { Layer } from './image/layer.ts';
import { saveLayout, saveTarball } from './image/save.ts';
import { readLockfile } from './image/node.ts';
import { bundledPackages, notices } from './licenses.ts';
import { pack } from './npm/pack.ts';
import { bundledProgram, programLayer, programs, runtimeOf } from './programs.ts';
import { checkoutRevision, checkoutVersion, names, reference, release } from './release.ts';
import type { Release } from './release.ts';
import { madeImage, madePackage, reportFile, table } from './report.ts';
import type { Made } from './report.ts';
import { billOfMaterials } from './sbom.ts';
import { buildPackage } from './xpkg/build.ts';
import { stageConfiguration, stageExamples, stageFunction } from './xpkg/stage.ts';

const root = join(import.meta.dirname, '..');
const architectures: readonly Architecture[] = ['amd64', 'arm64'];

const flags = {
  version: { value: 'VERSION', help: "The version, by default the tag at HEAD, or else package.json's." },
  repository: {
    value: 'REGISTRY/OWNER',
    otherwise: manifest.config.images,
    help: 'Where it will be pushed to.',
  },
  'only-bundles': { help: 'Stop after the bundles, as the Dockerfiles do.' },
  out: { value: 'FOLDER', help: 'Where to write, by default _build. Its content is replaced.' },
} as const satisfies Flags;

/** What every step needs to know. */
interface Build {
  readonly release: Release;
  readonly revision: string | undefined;
  readonly out: string;
  readonly base: Readonly<Record<Architecture, readonly Layer[]>>;
}

const started = performance.now();

function progress(step: string): void {
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stderr.write(`${seconds.padStart(6)} s  ${step}\n`);
}

/** Bundles one program into a folder; beside it go its packages' licences and the bill of materials of its image. */
async function buildBundle(name: keyof typeof programs, wanted: Release, out: string): Promise<Entry[]> {
  const program = programs[name];
  const version = wanted.version.slice(1);
  const { files, packages: folders } = await bundledProgram(program, { version, images: wanted.repository });
  const packages = await bundledPackages(root, folders);
  const licenses = notices(packages);
  const bill = billOfMaterials(names[name], version, packages, await readLockfile(root));
  await mkdir(join(out, name));
  for (const [file, content] of files) await writeFile(join(out, name, file), content);
  await writeFile(join(out, `${names[name]}.licenses`), licenses);
  await writeFile(join(out, `${names[name]}.cdx.json`), bill);
  const size = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  progress(`${program.bundle}: ${Math.round(size / 1000)} kB, ${packages.length} npm packages`);
  return programLayer(program, root, files, licenses);
}

/** Puts a program on top of Node, for each architecture. */
async function buildImages(
  name: keyof typeof programs,
  { release, revision, out, base }: Build,
): Promise<Image[]> {
  const top = await layer(await buildBundle(name, release, out));
  const runtime = runtimeOf(name, release, revision);
  return architectures.map((architecture) => image(architecture, [...base[architecture], top], runtime));
}

async function buildWorker(build: Build): Promise<Made[]> {
  const images = await buildImages('worker', build);
  const folder = join(build.out, names.worker);
  const index = await saveLayout(folder, images);
  progress(`image ${reference(build.release, 'worker')}`);
  return madeImage(names.worker, images, index);
}

async function buildFunction(build: Build): Promise<Made[]> {
  const images = await buildImages('function', build);
  const staged = join(build.out, 'staged', names.function);
  await stageFunction(root, staged);
  const made: Made[] = [];
  for (const one of images) {
    const path = join(build.out, `${names.function}-${one.architecture}`);
    await saveTarball(`${path}.tar`, `${names.function}:${one.architecture}`, one);
    await buildPackage(staged, `${path}.xpkg`, { runtime: `${path}.tar` });
    made.push(await madePackage(names.function, `linux/${one.architecture}`, `${path}.xpkg`));
  }
  progress(`package ${reference(build.release, 'function')}`);
  return made;
}

async function buildProgram({ release, out }: Build): Promise<Made[]> {
  const { tarball, oneFile } = await pack(root, out, release.version.slice(1));
  progress('program zerotouch');
  return [
    await madePackage('zerotouch for npm', 'any', tarball),
    await madePackage('zerotouch as one file', 'any', oneFile),
  ];
}

async function buildConfiguration({ release, out }: Build): Promise<Made[]> {
  const staged = join(out, 'staged', names.configuration);
  await stageConfiguration(root, staged, release);
  const examples = join(out, 'staged', 'examples');
  await stageExamples(root, examples);
  const path = join(out, `${names.configuration}.xpkg`);
  await buildPackage(staged, path, { examples });
  progress(`package ${reference(release, 'configuration')}`);
  return [await madePackage(names.configuration, 'any', path)];
}

/** Empties the folder of an earlier build. Any other is left alone: a mistyped name must not cost anybody their files. */
async function clear(out: string): Promise<void> {
  const found: readonly string[] = await readdir(out).catch(() => []);
  if (found.length > 0 && !found.includes(reportFile)) {
    throw new Failure(
      `cannot write to ${out}: it has files in it, and they are not of an earlier build`,
      FAILED,
    );
  }
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
}

async function writeReport(out: string, wanted: Release, made: readonly Made[]): Promise<void> {
  await writeFile(join(out, reportFile), `${JSON.stringify({ ...wanted, made }, undefined, 2)}\n`);
}

async function build(given: GivenFlags<typeof flags>): Promise<ExitCode> {
  const version = given.version ?? (await checkoutVersion(root, manifest));
  const wanted = release(version, given.repository);
  const out = resolve(given.out ?? join(root, '_build'));
  await clear(out);
  await writeReport(out, wanted, []);
  progress(`building ${wanted.version} for ${wanted.repository}`);
  if (given['only-bundles']) {
    for (const name of ['function', 'worker'] as const) {
      await buildBundle(name, wanted, out);
    }
    return DONE;
  }
  const base = { amd64: await baseLayers(root, 'amd64'), arm64: await baseLayers(root, 'arm64') };
  progress('libraries and Node for both architectures');
  const parts = { release: wanted, revision: await checkoutRevision(root), out, base };
  const made = [
    ...(await buildWorker(parts)),
    ...(await buildFunction(parts)),
    ...(await buildConfiguration(parts)),
    ...(await buildProgram(parts)),
  ];
  await writeReport(out, wanted, made);
  process.stdout.write(`\n${table(made)}\nin ${relative(process.cwd(), out) || '.'}\n`);
  return DONE;
}

await main({
  name: 'build',
  version: manifest.version,
  root: command({
    description: `Builds the Configuration and Function packages and the images of function and worker, for amd64 and arm64.
The same commit gives the same bytes on every machine.`,
    flags,
    run: ({ flags: given }) => build(given),
  }),
});
