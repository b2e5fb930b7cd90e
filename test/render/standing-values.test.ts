import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { compareClaims } from '../../render/difference/compare-claims.ts';
import { offerOf } from '../../render/platform.ts';
import { allProblems } from '../../render/render-claim.ts';
import { claim, difference, platform, summary } from './changes.ts';

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
