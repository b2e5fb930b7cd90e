import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { kinds } from '../../functions/kinds/registry.ts';
import { fieldChanges } from '../../render/difference/field-changes.ts';
import type { Difference } from '../../render/difference/compare-claims.ts';
import { compareClaims } from '../../render/difference/compare-claims.ts';
import { fillOf } from '../../render/difference/fill.ts';
import { loadPlatform, offerOf } from '../../render/platform.ts';
import { allProblems } from '../../render/render-claim.ts';
import { root } from '../golden/cases.ts';

const platform = await loadPlatform(root, kinds);

function claim(kind: string, spec: Json, name = 'orders'): JsonObject {
  const group = kind === 'AgentExecutor' ? 'platform' : 'database';
  return {
    apiVersion: `${group}.bizmatters.io/v1alpha1`,
    kind,
    metadata: { name, namespace: 'shop' },
    spec,
  };
}

function difference(before: JsonObject | undefined, after: JsonObject | undefined): Difference {
  const offer = offerOf(platform, after ?? before ?? {});
  if (offer === undefined) throw new Error('no such kind');
  const comparison = compareClaims(platform, offer, before, after, { observed: [], required: [] });
  if (comparison.kind === 'unreadable') throw new Error(JSON.stringify(comparison.problems));
  return comparison.difference;
}

/** Each object with what becomes of it, and each effect, as `kind: text`. */
function summary({ objects }: Difference) {
  return objects.map((each) => ({
    what: `${each.kind} ${each.key}`,
    effects:
      each.kind === 'changed'
        ? [
            ...new Set(
              each.changes.flatMap(({ effects }) => effects.map(({ kind, text }) => `${kind}: ${text}`)),
            ),
          ]
        : each.kind === 'deleted' && each.loss !== undefined
          ? [`${each.loss.kind}: ${each.loss.text}`]
          : [],
  }));
}

describe('fields that differ', () => {
  const cases: { reason: string; before: Json; after: Json; changes: string[] }[] = [
    { reason: 'nothing', before: { a: [1, { b: 2 }] }, after: { a: [1, { b: 2 }] }, changes: [] },
    { reason: 'order of keys', before: { a: 1, b: 2 }, after: { b: 2, a: 1 }, changes: [] },
    { reason: 'a value', before: { a: { b: 1 } }, after: { a: { b: 2 } }, changes: ['a.b: 1 2'] },
    {
      reason: 'a field that comes and one that goes',
      before: { a: 1 },
      after: { b: 1 },
      changes: ['a: 1 -', 'b: - 1'],
    },
    {
      reason: 'members by name, wherever they stand',
      before: {
        env: [
          { name: 'A', value: '1' },
          { name: 'B', value: '2' },
        ],
      },
      after: { env: [{ name: 'B', value: '3' }, { name: 'A', value: '1' }, { name: 'C' }] },
      changes: ['env[B].value: "2" "3"', 'env[C]: - {"name":"C"}'],
    },
    {
      reason: 'a list of words as a whole',
      before: ['a'],
      after: ['a', 'b'],
      changes: [': ["a"] ["a","b"]'],
    },
    {
      reason: 'members without names that are more or fewer',
      before: { egress: [{ to: 1 }, { to: 2 }] },
      after: { egress: [{ to: 2 }, { to: 3 }, { to: 4 }] },
      changes: ['egress[0]: {"to":1} -', 'egress[1]: - {"to":3}', 'egress[2]: - {"to":4}'],
    },
    { reason: 'another type', before: { a: [1] }, after: { a: { b: 1 } }, changes: ['a: [1] {"b":1}'] },
  ];
  test.each(cases)('$reason', ({ before, after, changes }) => {
    const shown = (value: Json | undefined) => (value === undefined ? '-' : JSON.stringify(value));
    expect(
      fieldChanges(before, after).map((each) => `${each.path}: ${shown(each.before)} ${shown(each.after)}`),
    ).toEqual(changes);
  });
});

describe('what a change comes to', () => {
  const cases: {
    reason: string;
    before?: JsonObject;
    after?: JsonObject;
    objects: ReturnType<typeof summary>;
  }[] = [
    {
      reason: 'nothing, when only a default is written out',
      before: claim('PostgresInstance', {}),
      after: claim('PostgresInstance', { size: 'small' }),
      objects: [],
    },
    {
      reason: 'a larger size restarts',
      before: claim('PostgresInstance', {}),
      after: claim('PostgresInstance', { size: 'medium' }),
      objects: [
        { what: 'changed cluster', effects: ['restarts: restarts the instances, one after another'] },
      ],
    },
    {
      reason: 'storage grows for good',
      before: claim('PostgresInstance', {}),
      after: claim('PostgresInstance', { storageGB: 50 }),
      objects: [{ what: 'changed cluster', effects: ['final: a volume never shrinks again'] }],
    },
    {
      reason: 'a major version takes the database down for good',
      before: claim('PostgresInstance', {}),
      after: claim('PostgresInstance', { version: '17' }),
      objects: [
        {
          what: 'changed cluster',
          effects: [
            'restarts: takes the database down while pg_upgrade runs',
            'final: a major version never goes back',
          ],
        },
      ],
    },
    {
      reason: 'a parameter that is read at start restarts, another does not',
      before: claim('PostgresInstance', { parameters: { log_min_duration_statement: '100' } }),
      after: claim('PostgresInstance', { parameters: { log_min_duration_statement: '200' } }),
      objects: [{ what: 'changed cluster', effects: [] }],
    },
    {
      reason: 'fewer instances delete a volume',
      before: claim('PostgresInstance', { instances: 3 }),
      after: claim('PostgresInstance', { instances: 1 }),
      objects: [
        { what: 'changed cluster', effects: ['final: deletes the volume of an instance'] },
        {
          what: 'changed conn',
          effects: ['restarts: applications that read a key that goes do not start without it'],
        },
      ],
    },
    {
      reason: 'a new revision of the credentials',
      before: claim('PostgresInstance', {}),
      after: claim('PostgresInstance', { credentialsRevision: '2' }),
      objects: [{ what: 'changed conn', effects: ['final: the old password stops working'] }],
    },
    {
      reason: 'the same for a cache, which restarts with it',
      before: claim('DragonflyInstance', {}),
      after: claim('DragonflyInstance', { credentialsRevision: '2' }),
      objects: [
        { what: 'changed conn', effects: ['final: the old password stops working'] },
        { what: 'changed dragonfly', effects: ['restarts: restarts the replicas, one after another'] },
      ],
    },
    {
      reason: 'replicas of a cache come and go without a restart',
      before: claim('DragonflyInstance', {}),
      after: claim('DragonflyInstance', { replicas: 2 }),
      objects: [{ what: 'changed dragonfly', effects: [] }],
    },
    {
      reason: 'a new image rolls the Pods and replaces the Job that makes the stream',
      before: claim('AgentExecutor', { image: 'registry.example/worker:v1' }),
      after: claim('AgentExecutor', { image: 'registry.example/worker:v2' }),
      objects: [
        { what: 'changed deployment', effects: ['restarts: rolls the Pods'] },
        { what: expect.stringMatching(/^replaced stream-job-[0-9a-f]{8}$/) as string, effects: [] },
      ],
    },
    {
      reason: 'an object that is left out is deleted',
      before: claim('PostgresInstance', { monitoring: true }),
      after: claim('PostgresInstance', {}),
      objects: [{ what: 'deleted pod-monitor', effects: [] }],
    },
    {
      reason: 'a claim that is deleted takes all with it',
      before: claim('PostgresInstance', {}),
      objects: [
        { what: 'deleted cluster', effects: ['final: its volumes are deleted with it, and so is the data'] },
        { what: 'deleted conn', effects: ['final: applications that read it lose it'] },
      ],
    },
    {
      reason: 'a claim that is new',
      after: claim('DragonflyInstance', {}),
      objects: [
        { what: 'created conn', effects: [] },
        { what: 'created dragonfly', effects: [] },
      ],
    },
  ];
  test.each(cases)('$reason', ({ before, after, objects }) => {
    expect(summary(difference(before, after))).toEqual(objects);
  });

  test('what the API server would refuse is said, and shown all the same', () => {
    const { refused, objects } = difference(
      claim('PostgresInstance', { storageGB: 50 }),
      claim('PostgresInstance', { storageGB: 20 }),
    );
    expect(refused).toEqual([
      { path: 'spec.storageGB', message: expect.stringContaining('cannot shrink') as string },
    ]);
    expect(objects).toHaveLength(1);
  });

  test('a claim that cannot be rendered has no difference', () => {
    const offer = offerOf(platform, claim('PostgresInstance', {}));
    if (offer === undefined) throw new Error('no such kind');
    const surroundings = { observed: [], required: [] };
    const bad = claim('PostgresInstance', { size: 'huge' });
    const good = claim('PostgresInstance', {});
    expect(compareClaims(platform, offer, bad, good, surroundings)).toMatchObject({ which: 'old' });
    expect(compareClaims(platform, offer, good, bad, surroundings)).toMatchObject({ which: 'new' });
  });
});

describe('what a change of backups, poolers and archives comes to', () => {
  const store = {
    apiVersion: 'barmancloud.cnpg.io/v1',
    kind: 'ObjectStore',
    metadata: { name: 'company-s3', namespace: 'shop' },
    spec: { configuration: { destinationPath: 's3://backups' } },
  };
  const backup = { objectStore: 'company-s3' };
  const change = (before: Json, after: Json) => {
    const [old, now] = [claim('PostgresInstance', before), claim('PostgresInstance', after)];
    const offer = offerOf(platform, now);
    if (offer === undefined) throw new Error('no such kind');
    const comparison = compareClaims(platform, offer, old, now, { observed: [], required: [store] });
    if (comparison.kind === 'unreadable') throw new Error(JSON.stringify(comparison.problems));
    return Object.fromEntries(summary(comparison.difference).map(({ what, effects }) => [what, effects]));
  };

  test('a dropped backup leaves what is written from now on in no archive', () => {
    expect(change({ backup }, {})).toEqual({
      'changed cluster': [
        'restarts: restarts the instances, beside which the plugin runs',
        'final: what is written from now on is in no archive',
      ],
      'deleted object-store': [
        'final: what is written from now on is in no archive; what was archived stays in the bucket',
      ],
      'deleted scheduled-backup': ['final: no base backup is made any more'],
    });
  });

  test('a major upgrade begins an archive', () => {
    expect(change({ version: '16', backup }, { version: '18', backup })['changed cluster']).toContain(
      'final: a new archive begins, with a base backup when the upgrade is done; the old one stays and reaches up to the upgrade',
    );
  });

  test('a shorter retention deletes backups, a longer one does not', () => {
    const keep = (retention: string) => ({ backup: { ...backup, retention } });
    expect(change(keep('1m'), keep('2w'))).toEqual({
      'changed object-store': ['final: backups that are older than that are deleted'],
    });
    expect(change(keep('2w'), keep('1m'))).toEqual({ 'changed object-store': [] });
  });

  test('a pooler that shrinks, one that changes its mode and one that goes', () => {
    const pooler = (instances: number, mode: string) => ({ pooler: { instances, mode } });
    expect(change(pooler(3, 'session'), pooler(2, 'session'))['changed pooler']).toEqual([
      'restarts: ends the connections of the instances that go',
    ]);
    expect(change(pooler(2, 'session'), pooler(2, 'transaction'))['changed pooler']).toEqual([
      'restarts: takes from applications what they keep in a session',
    ]);
    expect(change(pooler(2, 'session'), {})['deleted pooler']).toEqual([
      'restarts: ends every connection through it',
    ]);
  });
});

describe('what is taken over', () => {
  const standing: JsonObject = {
    apiVersion: 'postgresql.cnpg.io/v1',
    kind: 'Cluster',
    metadata: { name: 'orders', namespace: 'shop', labels: { team: 'shop' } },
    spec: {
      instances: 3,
      imageName: 'ghcr.io/cloudnative-pg/postgresql:15-standard-trixie',
      storage: { size: '300Gi' },
      bootstrap: { initdb: { database: 'ledger', owner: 'bookkeeper' } },
      logLevel: 'debug',
      plugins: [{ name: 'audit.example' }],
    },
  };
  const cache: JsonObject = {
    apiVersion: 'dragonflydb.io/v1alpha1',
    kind: 'Dragonfly',
    metadata: { name: 'orders', namespace: 'shop' },
    spec: { replicas: 3, image: 'registry.example/dragonfly:v1.38.0' },
  };
  const taken = (before: JsonObject | undefined, after: JsonObject, required: readonly JsonObject[]) => {
    const offer = offerOf(platform, after);
    if (offer === undefined) throw new Error('no such kind');
    const comparison = compareClaims(platform, offer, before, after, { observed: [], required });
    if (comparison.kind === 'unreadable') throw new Error(JSON.stringify(comparison.problems));
    return comparison.difference.objects.flatMap((each) => [
      `${each.kind} ${each.key}`,
      ...('changes' in each ? each.changes.map(({ change }) => change.path) : []),
    ]);
  };

  test('a Cluster keeps what it says, and gets our Secret', () => {
    expect(taken(undefined, claim('PostgresInstance', { adopt: true }), [standing])).toEqual([
      'adopted cluster',
      'metadata.annotations.cnpg.io/hibernation',
      'spec.bootstrap.initdb.secret',
      'created conn',
    ]);
  });

  test('with backups it also loses the plugins that it had', () => {
    const store = {
      apiVersion: 'barmancloud.cnpg.io/v1',
      kind: 'ObjectStore',
      metadata: { name: 'company-s3', namespace: 'shop' },
      spec: { configuration: { destinationPath: 's3://backups' } },
    };
    const spec = { adopt: true, backup: { objectStore: 'company-s3' } };
    expect(taken(undefined, claim('PostgresInstance', spec), [standing, store])).toContain(
      'spec.plugins[audit.example]',
    );
  });

  test('a Dragonfly keeps its replicas and image', () => {
    const paths = taken(undefined, claim('DragonflyInstance', { adopt: true }), [cache]);
    expect(paths).toContain('adopted dragonfly');
    expect(paths).not.toContain('spec.replicas');
    expect(paths).not.toContain('spec.image');
  });

  test('what waited is applied when adopt is taken out', () => {
    const spec = { database: 'ledger', owner: 'bookkeeper' };
    const before = claim('PostgresInstance', { ...spec, adopt: true });
    expect(taken(before, claim('PostgresInstance', spec), [standing])).toEqual(
      expect.arrayContaining(['changed cluster', 'spec.instances', 'spec.imageName', 'spec.storage.size']),
    );
  });

  test('what nobody gave is created, as far as one can tell', () => {
    expect(taken(undefined, claim('PostgresInstance', { adopt: true }), [])).toEqual([
      'created cluster',
      'created conn',
    ]);
  });
});

describe('values that a cluster has had for long', () => {
  const executor = (more: JsonObject) =>
    claim('AgentExecutor', {
      image: 'registry.example/worker:v1',
      egress: [{ cidr: '10.1.2.3/8' }],
      env: [{ name: 'HOST', value: '127.0.0.1' }],
      ...more,
    });
  const cases: { reason: string; before: JsonObject; after: JsonObject }[] = [
    { reason: 'a block with more bits', before: executor({}), after: executor({ size: 'large' }) },
    {
      reason: 'a schedule of no day',
      before: claim('PostgresInstance', { backup: { objectStore: 's3', schedule: '0 0 4 31 2 *' } }),
      after: claim('PostgresInstance', {
        size: 'medium',
        backup: { objectStore: 's3', schedule: '0 0 4 31 2 *' },
      }),
    },
    {
      reason: 'more storage than may be asked for now',
      before: claim('DragonflyInstance', { storageGB: 900 }),
      after: claim('DragonflyInstance', { storageGB: 900, replicas: 2 }),
    },
    {
      reason: 'a snapshot of no minute',
      before: claim('DragonflyInstance', { snapshotSchedule: '61 * * * *' }),
      after: claim('DragonflyInstance', { snapshotSchedule: '61 * * * *', replicas: 2 }),
    },
  ];
  test.each(cases)('$reason: stand in the new claim as well', ({ before, after }) => {
    const { refused, objects } = difference(before, after);
    expect(refused).toEqual([]);
    expect(objects.length).toBeGreaterThan(0);
    const offer = offerOf(platform, after);
    expect(offer && allProblems(platform, offer, after, before)).toEqual([]);
  });

  test('are refused in a claim that is new, and where they are', () => {
    const after = executor({});
    const offer = offerOf(platform, after);
    if (offer === undefined) throw new Error('no such kind');
    const surroundings = { observed: [], required: [] };
    expect(compareClaims(platform, offer, undefined, after, surroundings)).toMatchObject({ which: 'new' });
    const other = executor({ egress: [{ cidr: '10.1.2.4/8' }] });
    expect(compareClaims(platform, offer, after, other, surroundings)).toMatchObject({
      which: 'new',
      problems: [{ path: 'spec.egress[0].cidr' }],
    });
  });

  test('a claim that goes is shown with all that goes with it', () => {
    expect(summary(difference(executor({}), undefined)).map(({ what }) => what)).toContain(
      'deleted deployment',
    );
  });
});

test('a claim says what it is filled with', () => {
  const told = (spec: Json) => fillOf(claim('PostgresInstance', spec));
  expect(told({})).toBeUndefined();
  expect(told({ import: { secret: 'old' } })).toBe('is imported from the server in Secret old');
  expect(told({ restore: { from: { claim: 'a' } } })).toBe('is cloned from PostgresInstance a as it runs');
  expect(told({ restore: { from: { claim: 'a' }, at: '2026-03-01T00:00:00Z' } })).toBe(
    'is restored from the archive of PostgresInstance a as of 2026-03-01T00:00:00Z',
  );
  expect(told({ restore: { from: { objectStore: 's', serverName: 'n' }, backup: '20260301T000000' } })).toBe(
    'is restored from archive n in ObjectStore s, beginning with base backup 20260301T000000',
  );
});

test('what a deleted claim retains, stays', () => {
  const claims = { PostgresInstance: 'cluster', DragonflyInstance: 'dragonfly' };
  for (const [kind, key] of Object.entries(claims)) {
    const what = (spec: Json) => summary(difference(claim(kind, spec), undefined)).map((each) => each.what);
    expect(what({ deletionPolicy: 'Retain' })).toEqual(
      expect.arrayContaining([`retained ${key}`, 'retained conn']),
    );
    expect(what({ deletionPolicy: 'Delete' })).toEqual(
      expect.arrayContaining([`deleted ${key}`, 'deleted conn']),
    );
  }
});

describe('a claim of which the cluster knows more than its author gave', () => {
  const effects = (before: Json, after: Json) =>
    summary(difference(claim('PostgresInstance', before), claim('PostgresInstance', after)));
  const backup = { objectStore: 'company-s3' };

  test('begins an archive with a major upgrade, wherever its store is', () => {
    const [cluster] = effects({ version: '16', backup }, { version: '18', backup });
    expect(cluster?.effects).toContainEqual(expect.stringContaining('a new archive begins'));
  });

  test('archives nothing any more when its backup is dropped, wherever its store was', () => {
    const [cluster] = effects({ backup }, {});
    expect(cluster?.effects).toContainEqual(expect.stringContaining('is in no archive'));
  });

  test.each([
    ['restored', { restore: { from: { claim: 'gone' }, at: '2026-03-01T00:00:00Z' } }],
    ['cloned', { restore: { from: { claim: 'gone' } } }],
    ['imported', { import: { secret: 'gone' } }],
  ])('has been %s, and changes like any other', (_, filled) => {
    expect(effects(filled, { ...filled, storageGB: 50 })).toEqual([
      { what: 'changed cluster', effects: ['final: a volume never shrinks again'] },
    ]);
  });
});
