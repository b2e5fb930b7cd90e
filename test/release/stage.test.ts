import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { release } from '../../package/release.ts';
import { stageConfiguration } from '../../package/xpkg/stage.ts';
import { root } from '../engine/install.ts';
import { read } from '../structure/sources.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zerotouch-stage-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('a Configuration for another owner depends on, and calls, the Function of that owner', async () => {
  await stageConfiguration(root, folder, release('1.2.3', 'registry.example/team/tools'));
  expect(load(await readFile(join(folder, 'crossplane.yaml'), 'utf8'))).toMatchObject({
    spec: {
      crossplane: { version: '>=v2.4.0-0' },
      dependsOn: [
        {
          kind: 'Function',
          package: 'registry.example/team/tools/function-zerotouch',
          version: '>=v1.2.3 <v2.0.0-0',
        },
      ],
    },
  });
  const compositions = await readdir(join(folder, 'compositions'));
  expect(compositions).toEqual(await readdir(join(root, 'compositions')));
  for (const name of compositions) {
    expect(load(await readFile(join(folder, 'compositions', name), 'utf8'))).toMatchObject({
      spec: { pipeline: [{ step: 'compose', functionRef: { name: 'team-tools-function-zerotouch' } }] },
    });
  }
});

it.each(['crossplane.yaml', 'package/function.yaml'])('%s says what a marketplace shows', (path) => {
  const { metadata } = load(read(path)) as { metadata: { annotations: Record<string, string> } };
  const shown = ['description', 'iconURI', 'license', 'maintainer', 'readme', 'source'];
  expect(Object.keys(metadata.annotations).toSorted()).toEqual(
    shown.map((name) => `meta.crossplane.io/${name}`),
  );
  const [, icon = ''] =
    /^data:image\/svg\+xml;base64,(.+)$/.exec(metadata.annotations['meta.crossplane.io/iconURI'] ?? '') ?? [];
  expect(Buffer.from(icon, 'base64').toString()).toMatch(/^<svg .*<\/svg>$/);
});
