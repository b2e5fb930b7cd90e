import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ItemStore } from '../../worker/item-store.ts';
import { until } from '../engine/until.ts';

/** What every store of values does. */
export function itemStoreContract(
  name: string,
  open: () => Promise<{ readonly items: ItemStore; close(): Promise<void> }>,
): void {
  describe(`item store: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    let items: ItemStore;
    beforeAll(async () => {
      opened = await open();
      items = opened.items;
    });
    afterAll(() => opened.close());
    const page = { limit: 10, offset: 0 };

    test('keeps the last value of a place, and forgets it', async () => {
      const place = [randomUUID()];
      await items.put(place, 'a', { n: 1 }, undefined);
      const before = await items.get(place, 'a');
      await items.put(place, 'a', { n: 2 }, undefined);
      expect(await items.get(place, 'a')).toMatchObject({ value: { n: 2 }, createdAt: before?.createdAt });
      await items.remove(place, 'a');
      await items.remove(place, 'a');
      expect(await items.get(place, 'a')).toBeUndefined();
    });

    test('forgets a value when its time is over', async () => {
      const place = [randomUUID()];
      await items.put(place, 'short', {}, 1);
      await items.put(place, 'long', {}, 3_600_000);
      await until('it is gone', async () => (await items.get(place, 'short')) === undefined);
      expect((await items.search(place, undefined, page)).map(({ key }) => key)).toEqual(['long']);
      await items.put(place, 'short', {}, undefined);
      expect(await items.get(place, 'short')).toBeDefined();
    });

    test('finds values below a namespace by what they hold, the newest first', async () => {
      const root = randomUUID();
      await items.put([root, 'x'], 'a', { kind: 'one', more: { of: [1, 2] } }, undefined);
      await items.put([root, 'y', 'z'], 'b', { kind: 'one' }, undefined);
      await items.put([root, 'y'], 'c', { kind: 'two' }, undefined);
      const keys = async (prefix: readonly string[], filter?: Parameters<ItemStore['search']>[1]) =>
        (await items.search(prefix, filter, page)).map(({ key }) => key);
      expect(await keys([root])).toEqual(['c', 'b', 'a']);
      expect(await keys([root], { kind: 'one' })).toEqual(['b', 'a']);
      expect(await keys([root], { more: { of: [2] } })).toEqual(['a']);
      expect(await keys([root, 'y'])).toEqual(['c', 'b']);
      expect((await items.search([root], undefined, { limit: 1, offset: 1 })).map(({ key }) => key)).toEqual([
        'b',
      ]);
    });

    test.each([
      {
        reason: 'all',
        suffix: [],
        depth: undefined,
        found: [
          ['x', 'm'],
          ['y', 'm'],
          ['y', 'n', 'm'],
        ],
      },
      { reason: 'by how they end', suffix: ['n', 'm'], depth: undefined, found: [['y', 'n', 'm']] },
      {
        reason: 'with any label in the place of a star',
        suffix: ['*', 'm'],
        depth: undefined,
        found: [
          ['x', 'm'],
          ['y', 'm'],
          ['y', 'n', 'm'],
        ],
      },
      { reason: 'cut to a depth, each once', suffix: [], depth: 2, found: [['x'], ['y']] },
    ])('lists namespaces: $reason', async ({ suffix, depth, found }) => {
      const root = randomUUID();
      for (const rest of [
        ['x', 'm'],
        ['y', 'm'],
        ['y', 'n', 'm'],
      ])
        await items.put([root, ...rest], 'a', {}, undefined);
      const named = await items.namespaces({ prefix: [root], suffix, depth }, page);
      expect(named).toEqual(found.map((rest) => [root, ...rest]));
    });
  });
}
