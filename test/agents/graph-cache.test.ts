import { expect, test } from 'vitest';
import { GraphCache } from '../../worker/agents/execution/graph-cache.ts';
import { able, node } from './definitions.ts';

const of = (name: string, characters = 0) => ({
  nodes: [node(name, { system_prompt: 'x'.repeat(characters) }, 'Orchestrator')],
});

test('a definition is kept', () => {
  const cache = new GraphCache(able);
  expect(cache.prepared(of('a'))).toBe(cache.prepared(of('a')));
});

test.each([
  ['many', 70, 0],
  ['large', 10, 1024 * 1024],
])('definitions that are %s push out the oldest, and no newer one', (_, count, characters) => {
  const cache = new GraphCache(able);
  const first = cache.prepared(of('first', characters));
  for (let at = 0; at < count; at += 1) cache.prepared(of(`n${at}`, characters));
  const last = cache.prepared(of('last', characters));
  expect(cache.prepared(of('last', characters))).toBe(last);
  expect(cache.prepared(of('first', characters))).not.toBe(first);
});
