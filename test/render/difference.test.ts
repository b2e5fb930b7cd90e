import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { compareClaims } from '../../render/difference/compare-claims.ts';
import { fillOf } from '../../render/difference/fill.ts';
import { offerOf } from '../../render/platform.ts';
import { claim, difference, platform, summary } from './changes.ts';

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
