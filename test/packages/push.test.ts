import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { load, loadAll } from 'js-yaml';
import { expect, it } from 'vitest';
import { kinds } from '../../functions/kinds/registry.ts';
import type { Draft } from '../engine/api.ts';
import { filesIn, read } from '../structure/sources.ts';
import { crane, describePackages, pushed } from './packages.ts';
import { command } from './setup.ts';
import { versions } from './versions.ts';

const run = promisify(execFile);

interface Index {
  readonly manifests: readonly {
    readonly platform: { readonly os: string; readonly architecture: string };
  }[];
}

describePackages('what is in the registry', (packages) => {
  it.each(['function', 'worker'] as const)('%s is one name for both architectures', async (name) => {
    const { manifests } = JSON.parse(await crane('manifest', pushed(packages, name))) as Index;
    expect(manifests.map(({ platform }) => platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64' },
    ]);
  });

  it("the worker's image has the digest that the build told", async () => {
    const report = JSON.parse(await readFile(join(packages.builds.now, 'release.json'), 'utf8')) as {
      readonly made: readonly { readonly what: string; readonly digest: string }[];
    };
    const built = report.made.find(({ what }) => what === 'index agent-worker');
    expect(built?.digest).toBe(await crane('digest', pushed(packages, 'worker')));
  });

  it('the Configuration, pulled by its digest, holds what is in the repository and nothing else', async () => {
    const name = pushed(packages, 'configuration');
    const folder = await mkdtemp(join(packages.dir, 'configuration-'));
    const tar = join(folder, 'package.tar');
    await crane('export', `${name}@${await crane('digest', name)}`, tar);
    const { stdout: files } = await run('tar', ['--list', '--file', tar]);
    expect(files.trim().split('\n').toSorted()).toEqual(['.up/examples.yaml', 'package.yaml']);
    await run('tar', ['--extract', '--file', tar, '--directory', folder]);

    const documents = loadAll(await readFile(join(folder, 'package.yaml'), 'utf8')) as (Draft | null)[];
    const [meta, ...objects] = documents.filter((document) => document !== null);
    const ours = load(read('crossplane.yaml')) as Draft;
    expect(meta).toMatchObject({ kind: 'Configuration', metadata: ours['metadata'], spec: ours['spec'] });
    const repository = [...filesIn('xrds/*.yaml'), ...filesIn('compositions/*.yaml')];
    expect(objects.map((object) => identity(object)).toSorted()).toEqual(
      repository.map((path) => identity(load(read(path)) as Draft)).toSorted(),
    );
    const examples = loadAll(await readFile(join(folder, '.up/examples.yaml'), 'utf8')) as (Draft | null)[];
    expect(examples.flatMap((example) => example?.kind ?? []).toSorted()).toEqual(
      kinds.map(({ kind }) => kind).toSorted(),
    );
  });

  it('a version is never written over', async () => {
    const before = await crane('digest', pushed(packages, 'configuration'));
    const again = command('push', [packages.repository, '--from', packages.builds.now]);
    await expect(again).rejects.toThrow('the registry has');
    expect(await crane('digest', pushed(packages, 'configuration'))).toBe(before);
  });

  it('latest is there only when it was asked for, and so are the digests in release.json', async () => {
    expect((await crane('ls', `${packages.repository}/zerotouch`)).split('\n')).not.toContain('latest');
    const other = packages.repository.replace('bizmatters', 'somebody');
    await command('push', [other, '--latest', '--record', '--from', packages.builds.next]);
    const { pushed: recorded } = JSON.parse(
      await readFile(join(packages.builds.next, 'release.json'), 'utf8'),
    ) as { readonly pushed: Readonly<Record<string, string>> };
    for (const name of ['zerotouch', 'function-zerotouch', 'agent-worker']) {
      expect(await crane('ls', `${other}/${name}`)).toBe(`latest\n${versions.next}`);
      expect(await crane('digest', `${other}/${name}:latest`)).toBe(
        await crane('digest', `${other}/${name}:${versions.next}`),
      );
      expect(recorded[`${other}/${name}:${versions.next}`]).toBe(
        await crane('digest', `${other}/${name}:latest`),
      );
    }
  });
});

function identity(object: Draft): string {
  return `${object.kind} ${object.metadata.name}`;
}
