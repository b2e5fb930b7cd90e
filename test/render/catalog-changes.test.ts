import { describe, expect, test } from 'vitest';
import type { JsonObject, Observed } from '../../functions/composition/contract.ts';
import { object } from '../../functions/composition/read.ts';
import type { Catalogs } from '../../render/difference/catalog-changes.ts';
import { compareClaims } from '../../render/difference/compare-claims.ts';
import { compareWithCluster } from '../../render/difference/compare-cluster.ts';
import { offerOf } from '../../render/platform.ts';
import { claim, platform, summary } from './changes.ts';

const settings: JsonObject = {
  apiVersion: 'apiextensions.crossplane.io/v1beta1',
  kind: 'EnvironmentConfig',
  metadata: { name: 'zerotouch' },
  data: { postgresImageCatalog: 'postgresql' },
};

function catalog(images: Readonly<Record<string, string>>, name = 'postgresql'): Observed {
  return {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'ClusterImageCatalog',
    metadata: { name },
    spec: { images: Object.entries(images).map(([major, image]) => ({ major: Number(major), image })) },
  };
}

const old = catalog({ 16: 'r:16.9@sha256:0', 17: 'r:17.5@sha256:0' });
const now = catalog({ 16: 'r:16.9@sha256:0', 17: 'r:17.6@sha256:1' });

function databaseOf(spec: JsonObject) {
  const given = claim('PostgresInstance', spec);
  const offer = offerOf(platform, given);
  if (offer === undefined) throw new Error('there is no such kind');
  return { given, offer };
}

/** What one claim comes to, which stays as it is while catalogs change. */
function changes(spec: JsonObject, catalogs: Catalogs, required: readonly JsonObject[] = [settings]) {
  const { given, offer } = databaseOf(spec);
  const surroundings = { observed: [], required };
  const comparison = compareClaims(platform, offer, given, given, surroundings, catalogs);
  if (comparison.kind === 'unreadable') throw new Error(JSON.stringify(comparison.problems));
  return summary(comparison.difference);
}

const why = 'ClusterImageCatalog postgresql has another image for 17';

describe('another catalog', () => {
  test.each([
    {
      reason: 'one instance stops and starts',
      spec: { version: '17' },
      effects: [`restarts: restarts its one instance, and nothing serves meanwhile: ${why}`],
    },
    {
      reason: 'of several the primary is the last',
      spec: { version: '17', instances: 3 },
      effects: [`restarts: restarts its 3 instances, standbys first, then the primary: ${why}`],
    },
    {
      reason: 'no instance of a hibernated one runs that could restart',
      spec: { version: '17', hibernated: true },
      effects: [],
    },
  ])('restarts what runs by it: $reason', ({ spec, effects }) => {
    expect(changes(spec, { before: [old], after: [now] })).toEqual([{ what: 'changed cluster', effects }]);
  });

  test('without an image for a version that runs leaves that alone', () => {
    expect(changes({ version: '17' }, { before: [old], after: [catalog({ 16: 'r:16.9' })] })).toEqual([
      {
        what: 'changed cluster',
        effects: [
          'restarts: CloudNativePG leaves it alone until ClusterImageCatalog postgresql has an image for 17 again',
        ],
      },
    ]);
  });

  test.each([
    { reason: 'another version', spec: { version: '16' }, catalogs: { before: [old], after: [now] } },
    { reason: 'the same images', spec: { version: '17' }, catalogs: { before: [old], after: [old] } },
    { reason: 'nobody knows the old', spec: { version: '17' }, catalogs: { before: [], after: [now] } },
    { reason: 'nobody knows the new', spec: { version: '17' }, catalogs: { before: [old], after: [] } },
    {
      reason: 'a catalog of another name',
      spec: { version: '17' },
      catalogs: { before: [catalog({ 17: 'r:1' }, 'b')], after: [catalog({ 17: 'r:2' }, 'b')] },
    },
  ])('changes nothing: $reason', ({ spec, catalogs }) => {
    expect(changes(spec, catalogs)).toEqual([]);
  });

  test('changes nothing where no catalog is used', () => {
    expect(changes({ version: '17' }, { before: [old], after: [now] }, [])).toEqual([]);
  });

  test('is compared with what a Cluster says that it runs, and its primary has a name', () => {
    const { given, offer } = databaseOf({ version: '17', instances: 2 });
    const made = compareClaims(platform, offer, undefined, given, { observed: [], required: [settings] });
    if (made.kind !== 'compared') throw new Error('it cannot be composed');
    const standing = made.difference.objects
      .map((each) => each.object)
      .map((each) =>
        each.kind === 'Cluster'
          ? { ...object(each), status: { image: 'r:17.5@sha256:0', currentPrimary: 'orders-2' } }
          : each,
      );
    const compared = (after: readonly Observed[]) => {
      const catalogs = { before: [], after };
      const surroundings = { observed: standing, required: [settings] };
      const comparison = compareWithCluster(platform, offer, given, surroundings, { catalogs });
      if (comparison.kind === 'unreadable') throw new Error(JSON.stringify(comparison.problems));
      return summary(comparison.difference).filter(({ what }) => what.endsWith(' cluster'));
    };
    expect(compared([old])).toEqual([]);
    expect(compared([now])).toEqual([
      {
        what: 'changed cluster',
        effects: [`restarts: restarts its 2 instances, standbys first, then the primary orders-2: ${why}`],
      },
    ]);
  });
});
