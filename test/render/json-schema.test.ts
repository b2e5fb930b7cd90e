import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { claimSchema, claimsSchema } from '../../render/schema/json-schema.ts';
import { ruleSchema } from '../../render/schema/rule-schema.ts';
import { readYaml } from '../../render/yaml/read.ts';
import { agentSchema } from '../../worker/agents/definition/json-schema.ts';
import { goldenCases, platform } from '../golden/cases.ts';
import { filesIn, read } from '../structure/sources.ts';

const ajv = new Ajv({ strict: false });
const definitions = platform.offers.map(({ definition }) => definition);
const all = ajv.compile(claimsSchema(definitions));
const [postgres] = definitions.filter(({ kind }) => kind === 'PostgresInstance');
if (postgres === undefined) throw new Error('no such kind');
const one = ajv.compile(claimSchema(postgres));

const claim = (spec: object, metadata: object = { name: 'orders' }) => ({
  apiVersion: 'database.bizmatters.io/v1alpha1',
  kind: 'PostgresInstance',
  metadata,
  spec,
});

describe('the schema of claims', async () => {
  test.each(await goldenCases())('takes example $name', ({ example }) => {
    for (const { value } of readYaml(readFileSync(example, 'utf8')))
      expect(all(value), JSON.stringify(all.errors)).toBe(true);
  });

  test.each([
    { reason: 'an unknown field', value: claim({ sice: 'small' }) },
    { reason: 'a value that is not one of those allowed', value: claim({ size: 'huge' }) },
    { reason: 'a bound', value: claim({ storageGB: 5 }) },
    { reason: 'a rule about two fields', value: claim({ restore: {}, import: {} }) },
    { reason: 'a rule about the name', value: claim({}, { name: 'template0' }) },
    { reason: 'a name that is too long', value: claim({}, { name: 'a'.repeat(51) }) },
    { reason: 'no name at all', value: claim({}, {}) },
  ])('refuses $reason', ({ value }) => {
    expect(one(value)).toBe(false);
    expect(all(value)).toBe(false);
  });

  test.each([
    { reason: 'a claim whose name the API server draws', value: claim({}, { generateName: 'orders-' }) },
    { reason: 'whatever is no claim', value: { apiVersion: 'v1', kind: 'Secret', data: 1 } },
  ])('leaves alone $reason', ({ value }) => {
    expect(all(value), JSON.stringify(all.errors)).toBe(true);
  });
});

describe('a rule of CEL as a schema', () => {
  const schema = { properties: { size: { type: 'string', default: 'small' } } };
  test.each([
    { rule: 'has(self.a) != has(self.b)', want: { oneOf: [{ required: ['a'] }, { required: ['b'] }] } },
    { rule: "!self.startsWith('pg_')", want: { not: { pattern: '^pg_' } } },
    { rule: "!self.endsWith('.x')", want: { not: { pattern: String.raw`\.x$` } } },
    { rule: 'has(self.__import__)', want: { required: ['import'] } },
    { rule: 'self == oldSelf', want: undefined },
    { rule: 'self.least <= self.most', want: undefined },
    { rule: 'has(self.size)', want: undefined, reason: 'the API server fills it in before it asks' },
  ])('$rule', ({ rule, want }) => {
    expect(ruleSchema(rule, schema)).toEqual(want);
  });
});

test.each(filesIn('examples/agents/*.json'))('the schema of agent definitions takes %s', (path) => {
  const agent = ajv.compile(agentSchema());
  expect(agent(JSON.parse(read(path))), JSON.stringify(agent.errors)).toBe(true);
});
