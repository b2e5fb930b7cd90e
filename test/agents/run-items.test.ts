import { expect, test } from 'vitest';
import { systemClock } from '../../worker/adapters/clock.ts';
import { memoryItems } from '../../worker/adapters/memory/items.ts';
import { RunItems } from '../../worker/agents/items/run-items.ts';
import { Failure } from '../../worker/jobs/rules/failures.ts';

/** The store of a run, and how it ends. */
function opened() {
  const ending = new AbortController();
  const away: Failure[] = [];
  const ends = { signal: ending.signal, away: (failure: Failure) => void away.push(failure) };
  return { store: new RunItems(memoryItems(systemClock), 1_000, ends), ending, away };
}

test('operations that are given together are done in their order', async () => {
  const { store } = opened();
  const place = { namespace: ['a'], key: 'k' };
  const results = await store.batch([
    { ...place, value: { n: 1 } },
    place,
    { ...place, value: { n: 2 } },
    { namespacePrefix: [] },
    { ...place, value: null },
    place,
  ]);
  expect(results).toMatchObject([
    undefined,
    { value: { n: 1 } },
    undefined,
    [{ value: { n: 2 } }],
    undefined,
    null,
  ]);
  expect(results[1]).toMatchObject({
    createdAt: expect.any(Date) as Date,
    updatedAt: expect.any(Date) as Date,
  });
});

test('namespaces are listed by how they begin and end, cut to a depth', async () => {
  const { store } = opened();
  for (const namespace of [
    ['a', 'x'],
    ['a', 'y'],
    ['b', 'x', 'x'],
  ])
    await store.put(namespace, 'k', {});
  expect(await store.listNamespaces({ prefix: ['a'] })).toEqual([
    ['a', 'x'],
    ['a', 'y'],
  ]);
  expect(await store.listNamespaces({ suffix: ['*', 'x'], maxDepth: 1 })).toEqual([['a'], ['b']]);
  await expect(store.listNamespaces({ limit: 5_000 })).rejects.toThrow(
    'cannot list namespaces: limit: expected a whole number from 1 to 1000',
  );
});

test('what holds itself is no JSON, and fields are not kept by meaning', async () => {
  const { store, away } = opened();
  const round: Record<string, unknown> = {};
  round['round'] = round;
  await expect(store.put(['a'], 'k', round)).rejects.toThrow('value: expected an object that is JSON');
  await expect(store.put(['a'], 'k', {}, ['text'])).rejects.toThrow('there is no search by meaning');
  expect(away).toEqual([]);
});

test('nothing is asked for once the run has ended', async () => {
  const { store, ending } = opened();
  ending.abort(new Failure('LEASE_LOST', 'gone'));
  await expect(store.put(['a'], 'k', {})).rejects.toMatchObject({ code: 'LEASE_LOST' });
  await expect(store.get(['a'], 'k')).rejects.toMatchObject({ code: 'LEASE_LOST' });
});
