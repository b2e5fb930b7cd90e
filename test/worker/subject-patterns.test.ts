import { describe, expect, test } from 'vitest';
import { includes, overlap } from '../../worker/adapters/nats/subject-patterns.ts';

describe('includes', () => {
  test.each([
    ['agent.execute.*', 'agent.execute.one', true, 'one token'],
    ['agent.execute.*', 'agent.execute.*', true, 'itself'],
    ['agent.execute.>', 'agent.execute.*', true, 'a wider wildcard'],
    ['agent.>', 'agent.execute.a.b', true, 'several tokens'],
    ['>', 'agent.execute.*', true, 'everything'],
    ['*.execute.*', 'agent.execute.*', true, 'a wildcard in front'],
    ['agent.execute.*', 'agent.execute.>', false, 'a narrower wildcard'],
    ['agent.execute.*', 'agent.execute', false, 'a token that is missing'],
    ['agent.>', 'agent', false, 'the wildcard needs a token'],
    ['agent.execute.a', 'agent.execute.*', false, 'one of many'],
  ])('%s includes %s: %s (%s)', (outer, inner, expected, _reason) => {
    expect(includes(outer, inner)).toBe(expected);
  });
});

describe('overlap', () => {
  test.each([
    ['agent.execute.*', '>', 'agent.execute.*', 'no filter'],
    ['agent.>', '*.execute.*', 'agent.execute.*', 'wildcards on both sides'],
    ['agent.*.a', 'agent.execute.*', 'agent.execute.a', 'a token from each'],
    ['agent.>', 'agent.execute.>', 'agent.execute.>', 'both open'],
    ['agent.execute.*', 'orders.*', undefined, 'others'],
    ['agent.execute', 'agent.execute.>', undefined, 'the wildcard needs a token'],
    ['agent.execute.a', 'agent.execute.a.b', undefined, 'another length'],
  ])('%s and %s: %s (%s)', (one, other, expected, _reason) => {
    expect(overlap(one, other)).toBe(expected);
    expect(overlap(other, one)).toBe(expected);
  });
});
