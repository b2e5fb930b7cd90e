/** `npm run push -- REGISTRY/OWNER`: what the last build made, into a registry. */
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { command } from '../command-line/command.ts';
import type { Call } from '../command-line/command.ts';
import { DONE, FAILED } from '../command-line/exit-code.ts';
import type { ExitCode } from '../command-line/exit-code.ts';
import { Failure } from '../command-line/failure.ts';
import type { Flags } from '../command-line/flag.ts';
import { main } from '../command-line/main.ts';
import manifest from '../package.json' with { type: 'json' };
import { crane, digestOf } from './crane.ts';
import { names, reference, release } from './release.ts';
import type { Release } from './release.ts';
import { reportFile } from './report.ts';
import type { Made } from './report.ts';
import { crossplane } from './xpkg/build.ts';

const root = join(import.meta.dirname, '..');

const flags = {
  from: { value: 'FOLDER', help: 'What to push, by default _build.' },
  insecure: { help: 'Take any certificate of the registry. One on loopback needs no flag and no TLS.' },
  latest: { help: 'Move the tag latest as well.' },
  record: { help: 'Write the digests that the registry has into release.json.' },
} as const satisfies Flags;

type Artifact = keyof typeof names;

async function push(name: Artifact, from: string, target: string, insecure: boolean): Promise<void> {
  const file = (suffix: string) => join(from, `${names[name]}${suffix}`);
  switch (name) {
    case 'worker':
      await crane(insecure, 'push', file(''), target);
      return;
    case 'function':
      return pushPackages([file('-amd64.xpkg'), file('-arm64.xpkg')], target, insecure);
    case 'configuration':
      return pushPackages([file('.xpkg')], target, insecure);
  }
}

async function pushPackages(files: readonly string[], target: string, insecure: boolean): Promise<void> {
  const trust = insecure ? ['--insecure-skip-tls-verify'] : [];
  await crossplane('xpkg', 'push', ...trust, '--package-files', files.join(','), target);
}

/** A finished build, as its release.json says. */
interface Built extends Release {
  readonly made: readonly Made[];
}

async function readBuild(from: string): Promise<Built> {
  const report = await readFile(join(from, reportFile), 'utf8').catch(() => undefined);
  const built = report === undefined ? undefined : (JSON.parse(report) as Built);
  if (built === undefined || built.made.length === 0) {
    throw new Failure(`cannot push ${from}: no finished build is there; run npm run build first`, FAILED);
  }
  return built;
}

async function pushAll({ flags: given, operands: [repository = ''] }: Call<typeof flags>): Promise<ExitCode> {
  const { insecure, latest, record } = given;
  const from = resolve(given.from ?? join(root, '_build'));
  const built = await readBuild(from);
  const target = release(built.version, repository);
  // The Configuration last: who finds it must find what it depends on.
  const artifacts: readonly Artifact[] = ['worker', 'function', 'configuration'];

  const known = await Promise.all(
    artifacts.map(async (name) => [name, await digestOf(reference(target, name), insecure)] as const),
  );
  const taken = known.filter(([, digest]) => digest !== undefined).map(([name]) => reference(target, name));
  if (taken.length > 0) {
    throw new Failure(`cannot push ${target.version}: the registry has ${taken.join(', ')} already`, FAILED);
  }
  const pushed: Record<string, string> = {};
  for (const name of artifacts) {
    const tag = reference(target, name);
    await push(name, from, tag, insecure);
    if (latest) await crane(insecure, 'tag', tag, 'latest');
    const digest = await crane(insecure, 'digest', tag);
    pushed[tag] = digest;
    process.stdout.write(`${tag}@${digest}\n`);
  }
  if (record)
    await writeFile(join(from, reportFile), `${JSON.stringify({ ...built, pushed }, undefined, 2)}\n`);
  if (repository !== built.repository) {
    process.stderr.write(
      `These packages refer to ${built.repository}. A cluster that uses them from here needs an ImageConfig that says so: ` +
        'docs/install.md, "From a registry of your own".\n',
    );
  }
  return DONE;
}

await main({
  name: 'push',
  version: manifest.version,
  root: command({
    description: `Pushes the Configuration and the Function package and the worker's image, each for both architectures.
A version that the registry has already is never written over. Credentials are those of docker login.`,
    operands: { usage: 'REGISTRY/OWNER', least: 1, most: 1 },
    flags,
    run: pushAll,
  }),
});
