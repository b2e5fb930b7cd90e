import { expect, test } from 'vitest';
import { systemClock } from '../../worker/adapters/clock.ts';
import { memoryAssistants } from '../../worker/adapters/memory/assistants.ts';

const facts = {
  graphId: 'agent',
  name: 'Bees',
  description: undefined,
  config: {},
  context: {},
  metadata: { team: 'a', tags: ['x', 'y'] },
};
const page = { limit: 10, offset: 0, sortBy: 'name', descending: false } as const;

test('an assistant has versions, of which one runs', async () => {
  const store = memoryAssistants(systemClock);
  expect(await store.create('one', facts)).toBe(true);
  expect(await store.create('one', facts)).toBe(false);
  expect(await store.change('one', { name: 'Wasps', metadata: { more: 1 } })).toMatchObject({
    version: 2,
    name: 'Wasps',
    metadata: { team: 'a', more: 1 },
  });
  expect(await store.choose('one', 1)).toMatchObject({ version: 1, name: 'Bees' });
  expect(await store.choose('one', 9)).toBeUndefined();
  const versions = await store.versions('one', undefined, 10, 0);
  expect(versions.map(({ version }) => version)).toEqual([2, 1]);
  expect(await store.change('nobody', {})).toBeUndefined();
});

test('assistants are found by their graph, a part of their name, and their metadata', async () => {
  const store = memoryAssistants(systemClock);
  await store.create('one', facts);
  await store.create('two', { ...facts, name: 'Ants', metadata: {} });
  const names = async (filter: object) => (await store.search(filter, page)).map(({ name }) => name);
  expect(await names({})).toEqual(['Ants', 'Bees']);
  expect(await names({ name: 'BEE' })).toEqual(['Bees']);
  expect(await names({ metadata: { tags: ['y'] } })).toEqual(['Bees']);
  expect(await names({ graphId: 'other' })).toEqual([]);
  expect((await store.named('Ants'))?.assistantId).toBe('two');
  expect([await store.remove('two'), await store.remove('two'), await store.count({})]).toEqual([
    true,
    false,
    1,
  ]);
});
