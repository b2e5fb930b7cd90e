import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { beforeAll, expect, it } from 'vitest';
import { at } from '../../functions/composition/read.ts';
import { bundled } from '../../package/bundle.ts';
import type { Draft, Live } from './api.ts';
import { claim, newNamespace, settled } from './claims.ts';
import { composedOf } from './composed.ts';
import { describeEngine } from './engine.ts';
import { startFunction } from './function-server.ts';
import { root } from './install.ts';
import { until } from './until.ts';

const name = 'bizmatters-function-zerotouch-canary';
const channel = { matchLabels: { 'zerotouch.bizmatters.io/channel': 'canary' } };
const composition = 'postgresinstances.database.bizmatters.io';

describeEngine('a version that is tried beside the one that serves', ({ api, plane }) => {
  beforeAll(async () => {
    // A version of which everybody sees that it is another: its databases run on another image.
    const { code } = await bundled('functions/main.ts');
    const main = join(plane.dir, 'canary.cjs');
    await writeFile(
      main,
      new TextDecoder().decode(code).replaceAll('-standard-trixie', '-standard-bookworm'),
    );
    await startFunction(plane, { name, main });
    const compositions = await readFile(join(root, 'package/install/canary/compositions.yaml'), 'utf8');
    for (const each of loadAll(compositions) as Draft[]) await api.apply(each);
  });

  /** The cluster of the claim, once its image is of this version. */
  function cluster(live: Live, version: 'trixie' | 'bookworm'): Promise<Live> {
    return until(`the database is of ${version}`, async () => {
      const found = (await composedOf(api, live)).get('cluster');
      const image = at(found as never, 'spec', 'imageName');
      return typeof image === 'string' && image.endsWith(version) ? found : undefined;
    });
  }

  it('composes the claims that ask for it by label, and no other', async () => {
    const namespace = await newNamespace(api, 'canary');
    const brave: Draft = claim('PostgresInstance', namespace, 'brave', {
      crossplane: { compositionSelector: channel },
    });
    const others: Draft = claim('PostgresInstance', namespace, 'others');
    await api.apply(brave);
    await api.apply(others);
    const tried = await cluster(await settled(api, brave, 'Synced', 'True'), 'bookworm');
    const served = await cluster(await settled(api, others, 'Synced', 'True'), 'trixie');
    expect([tried, served].map(({ metadata }) => metadata.name)).toEqual(['brave', 'others']);
  });

  it('takes a claim over and gives it back, with the same objects and the same password', async () => {
    const namespace = await newNamespace(api, 'canary');
    const draft = claim('PostgresInstance', namespace, 'orders');
    await api.apply(draft);
    const live = await settled(api, draft, 'Synced', 'True');
    const before = await cluster(live, 'trixie');
    const secret = (await composedOf(api, live)).get('conn');
    await api.patch(draft, { spec: { crossplane: { compositionRef: { name: `${composition}-canary` } } } });
    const tried = await cluster(live, 'bookworm');
    expect(tried.metadata.uid).toBe(before.metadata.uid);
    await api.patch(draft, { spec: { crossplane: { compositionRef: { name: composition } } } });
    const back = await cluster(live, 'trixie');
    expect(back.metadata.uid).toBe(before.metadata.uid);
    const kept = (await composedOf(api, live)).get('conn');
    expect(kept?.['data']).toEqual(secret?.['data']);
    expect(kept?.metadata.uid).toBe(secret?.metadata.uid);
  });
});
