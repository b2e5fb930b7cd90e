import { describe, expect, test } from 'vitest';
import { Cluster } from '../../cli/cluster/cluster.ts';
import { compareCluster } from '../../cli/commands/diff-cluster.ts';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { metadataOf, text } from '../../functions/composition/read.ts';
import { compareClaims } from '../../render/difference/compare-claims.ts';
import { offerOf } from '../../render/platform.ts';
import { claim, platform, summary } from '../render/changes.ts';
import { memoryCluster } from './memory-cluster.ts';
import { claimText, cli, folder, repository, write } from './run.ts';

const settings = {
  apiVersion: 'apiextensions.crossplane.io/v1beta1',
  kind: 'EnvironmentConfig',
  metadata: { name: 'zerotouch' },
  data: { postgresImageCatalog: 'postgresql' },
};

function catalog(image: string): JsonObject {
  return {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'ClusterImageCatalog',
    metadata: { name: 'postgresql' },
    spec: { images: [{ major: 16, image }] },
  };
}

const before = JSON.stringify(catalog('r:16.9@sha256:0'));
const after = JSON.stringify(catalog('r:16.10@sha256:1'));
const platformFile = JSON.stringify(settings);
const database = claimText('PostgresInstance', 'orders', ['instances: 2']);
const change = '      status.image: r:16.9@sha256:0 → r:16.10@sha256:1 ⟳';

describe('diff says which databases another catalog restarts', () => {
  test('of two folders that have both', async () => {
    const cwd = folder({
      'old/claim.yaml': database,
      'old/catalog.yaml': before,
      'new/claim.yaml': database,
      'new/catalog.yaml': after,
      'platform.yaml': platformFile,
    });
    const run = await cli(['diff', 'old', 'new', '-e', 'platform.yaml'], cwd);
    const lines = run.stdout.split('\n');
    expect(lines).toContain('~ PostgresInstance shop/orders new/claim.yaml');
    expect(lines).toContain(
      '  ~ Cluster orders (cluster)  ⟳ restarts its 2 instances, standbys first, then the primary: ' +
        'ClusterImageCatalog postgresql has another image for 16',
    );
    expect(lines).toContain(change);
    expect(lines.at(-2)).toBe('1 of 1 claim changed; objects: 1 changed; Pods stop or restart');
    expect(run.code).toBe(1);
    const json = await cli(['diff', 'old', 'new', '-e', 'platform.yaml', '-o', 'json'], cwd);
    expect(json.stdout).toContain('status.image');
  });

  test('since a Git revision', async () => {
    const cwd = repository({ 'claim.yaml': database, 'catalog.yaml': before, 'platform.yaml': platformFile });
    const call = ['diff', '.', '--revision', 'main', '-e', 'platform.yaml'];
    expect((await cli(call, cwd)).stdout).toBe('Nothing changes.\n');
    write(cwd, { 'catalog.yaml': after });
    expect((await cli(call, cwd)).stdout).toContain(change);
  });

  test('of all claims of a cluster', async () => {
    const standing = (name: string, spec: JsonObject) => standingObjects(name, spec);
    const objects = [settings, ...standing('orders', {}), ...standing('seventeen', { version: '17' })];
    const pairs = await compareCluster(platform, new Cluster(memoryCluster(objects)), undefined, {
      before: [],
      after: [catalog('r:16.10@sha256:1')],
    });
    const clusters = pairs.map(({ title, comparison }) => [
      title,
      comparison.kind === 'compared'
        ? summary(comparison.difference).filter(({ what }) => what.endsWith(' cluster'))
        : comparison.problems,
    ]);
    const why = 'ClusterImageCatalog postgresql has another image for 16';
    expect(clusters).toEqual([
      [
        'PostgresInstance shop/orders',
        [
          {
            what: 'changed cluster',
            effects: [`restarts: restarts its one instance, and nothing serves meanwhile: ${why}`],
          },
        ],
      ],
      [
        'PostgresInstance shop/seventeen',
        [
          {
            what: 'changed cluster',
            effects: [
              'restarts: CloudNativePG leaves it alone until ClusterImageCatalog postgresql has an image for 17 again',
            ],
          },
        ],
      ],
    ]);
  });
});

/** A claim of a cluster, and its Cluster, which runs what the catalog of before says. */
function standingObjects(name: string, spec: JsonObject): JsonObject[] {
  const given = claim('PostgresInstance', spec, name);
  const offer = offerOf(platform, given);
  if (offer === undefined) throw new Error('there is no such kind');
  const made = compareClaims(platform, offer, undefined, given, { observed: [], required: [settings] });
  if (made.kind !== 'compared') throw new Error(JSON.stringify(made.problems));
  const composed: JsonObject[] = made.difference.objects.map(({ object: each }) =>
    each.kind === 'Cluster' ? { ...each, status: { image: 'r:16.9@sha256:0' } } : each,
  );
  const resourceRefs = composed.map((each) => ({
    apiVersion: text(each.apiVersion),
    kind: text(each.kind),
    name: metadataOf(each).name,
  }));
  return [{ ...given, spec: { ...spec, crossplane: { resourceRefs } } }, ...composed];
}
