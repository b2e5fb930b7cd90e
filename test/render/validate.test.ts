import { expect, test } from 'vitest';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { text } from '../../functions/composition/read.ts';
import { claimProblems } from '../../render/claim-problems.ts';
import { claimOf, definitionOf } from './definitions.ts';

interface Case {
  readonly reason: string;
  readonly claim: JsonObject;
  readonly old?: JsonObject;
  /** Each problem as `path: message`, in the order in which they are found. */
  readonly says: readonly string[];
}

const tiny = (spec: Json, metadata?: Json) => claimOf('Tiny', spec, metadata);
const postgres = (spec: Json, metadata?: Json) => claimOf('PostgresInstance', spec, metadata);

const cases: Case[] = [
  { reason: 'a valid claim', claim: tiny({ color: 'red' }), says: [] },
  { reason: 'no spec', claim: { ...tiny({}), spec: null }, says: ['spec: is required'] },
  {
    reason: 'a spec that is a list',
    claim: tiny(['red']),
    says: ['spec: expected an object, got a list'],
  },
  {
    reason: 'every mistake at once',
    claim: tiny({ colour: 'red', limit: 0, parts: [{ name: 'a' }, { name: 'a' }, { weight: 'x' }] }),
    says: [
      'spec.colour: is not a field; did you mean color?',
      'spec.color: is required',
      'spec.limit: must be 1 or more, got 0',
      'spec.parts[1]: ["a"] is there already',
      'spec.parts[2].name: is required',
      'spec.parts[2].weight: expected a whole number, got "x"',
    ],
  },
  {
    reason: 'a field that is like none',
    claim: tiny({ color: 'red', zzzzzz: 1 }),
    says: ['spec.zzzzzz: is not a field; there are color, limit, nested, parts, extra, crossplane'],
  },
  {
    reason: 'names that every object has are not fields either',
    claim: tiny(JSON.parse('{"color":"red","constructor":1,"__proto__":2}') as Json),
    says: [
      'spec.constructor: is not a field; there are color, limit, nested, parts, extra, crossplane',
      'spec.__proto__: is not a field; there are color, limit, nested, parts, extra, crossplane',
    ],
  },
  {
    reason: 'an unknown field in a list and at the top',
    claim: { ...tiny({ color: 'red', parts: [{ name: 'a', wait: 1 }] }), sepc: {} },
    says: [
      'sepc: is not a field; did you mean spec?',
      'spec.parts[0].wait: is not a field; did you mean weight?',
    ],
  },
  {
    reason: 'what Crossplane adds may be written',
    claim: tiny({ color: 'red', crossplane: { compositionUpdatePolicy: 'Manual' } }),
    says: [],
  },
  {
    reason: 'a rule over two fields sees defaults and is reported at its field',
    claim: tiny({ color: 'red', parts: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }),
    says: ['spec.parts: parts cannot be more than limit'],
  },
  {
    reason: 'a rule about the name',
    claim: tiny({ color: 'red' }, { name: 'rumpelstiltskin', namespace: 'thumb' }),
    says: ['metadata.name: metadata.name may have at most 10 characters'],
  },
  {
    reason: 'a name of 63 characters is long for the kind, one of 64 for every kind',
    claim: tiny({ color: 'red' }, { name: 'a'.repeat(63) }),
    says: ['metadata.name: metadata.name may have at most 10 characters'],
  },
  {
    reason: 'a name of 64 characters',
    claim: tiny({ color: 'red' }, { name: 'a'.repeat(64) }),
    says: ['metadata.name: may have at most 63 characters, has 64'],
  },
  {
    reason: 'a rule that stumbles over a missing name keeps still',
    claim: tiny({ color: 'red' }, {}),
    says: ['metadata.name: is required'],
  },
  {
    reason: 'a rule that stumbles over a wrong type keeps still',
    claim: tiny({ color: 'red', parts: 'many' }),
    says: ['spec.parts: expected a list, got "many"'],
  },
  {
    reason: 'a rule about a change is silent without an old claim',
    claim: tiny({ color: 'green' }),
    says: [],
  },
  {
    reason: 'a rule about a change',
    claim: tiny({ color: 'green' }),
    old: tiny({ color: 'red' }),
    says: ['spec.color: color cannot change'],
  },
  {
    reason: 'members of a list are compared with those of the same key, defaults included',
    claim: tiny({ color: 'red', parts: [{ name: 'b', weight: 2 }, { name: 'a' }] }),
    old: tiny({ color: 'red', parts: [{ name: 'a', weight: 3 }, { name: 'b' }] }),
    says: ['spec.parts[1].weight: weight only grows'],
  },
  {
    reason: 'a member that is new has no past',
    claim: tiny({ color: 'red', parts: [{ name: 'new', weight: 0 }] }),
    old: tiny({ color: 'red', parts: [{ name: 'a', weight: 3 }] }),
    says: [],
  },
  {
    reason: 'labels and annotations that YAML read as something else',
    claim: tiny({ color: 'red' }, { name: 'tom', labels: { version: 1 }, annotations: { on: true } }),
    says: [
      'metadata.labels.version: expected a string, got 1',
      'metadata.annotations.on: expected a string, got true',
    ],
  },
  {
    reason: 'labels that Kubernetes would not take',
    claim: tiny(
      { color: 'red' },
      { name: 'tom', labels: { 'a b': 'x', c: 'not a value', 'd.example/e': 'f' } },
    ),
    says: [
      'metadata.labels.a b: is not a key: a name of up to 63 characters, with a DNS name and a slash before it or not',
      'metadata.labels.c: "not a value" is not a label\'s value: up to 63 letters, digits, hyphens, dots and underscores',
    ],
  },
  {
    reason: 'a mistyped field of metadata',
    claim: tiny({ color: 'red' }, { name: 'tom', label: {} }),
    says: ['metadata.label: is not a field; did you mean labels?'],
  },
  {
    reason: 'storage that shrinks and a version that goes down',
    claim: postgres({ storageGB: 10, version: '16' }),
    old: postgres({ storageGB: 20, version: '17' }),
    says: [
      'spec.storageGB: storageGB cannot shrink; make a smaller claim and move the data',
      'spec.version: version cannot go down; restore a backup into a new claim instead',
    ],
  },
  {
    reason: 'the default of the old claim counts',
    claim: postgres({ storageGB: 10 }),
    old: postgres({}),
    says: ['spec.storageGB: storageGB cannot shrink; make a smaller claim and move the data'],
  },
  {
    reason: 'a restore that is added to a database that exists',
    claim: postgres({ restore: { from: { claim: 'orders' } } }),
    old: postgres({}),
    says: [
      'spec.restore: restore fills a database when it is made and never again; make a new claim, and let applications use that',
    ],
  },
  {
    reason: 'a restore to another moment',
    claim: postgres({ restore: { from: { claim: 'orders' }, at: '2026-03-01T00:00:00Z' } }),
    old: postgres({ restore: { from: { claim: 'orders' } } }),
    says: [
      'spec.restore: restore fills a database when it is made and never again; make a new claim, and let applications use that',
    ],
  },
  {
    reason: 'a restore from a claim and from an archive, with an import besides',
    claim: postgres({
      restore: { from: { claim: 'orders', objectStore: 'backups' } },
      import: { secret: 'old' },
    }),
    says: [
      'spec.import: a database can be filled by restore or by import, not by both',
      'spec.restore.from: say either claim, or objectStore and serverName, or bucket and serverName',
      'spec.restore.from: objectStore or bucket, and serverName go together',
    ],
  },
  {
    reason: 'a restore from nowhere',
    claim: postgres({ restore: { from: {} } }),
    says: ['spec.restore.from: say either claim, or objectStore and serverName, or bucket and serverName'],
  },
  {
    reason: 'a schedule, a retention, a store and a moment that cannot be',
    claim: postgres({
      backup: { objectStore: 'Company_S3', schedule: '0 3 * * *', retention: '0d' },
      restore: { from: { claim: 'orders' }, at: '2026-03-01' },
    }),
    says: [
      'spec.backup.objectStore: expected lower-case letters, digits and hyphens or dots, with a letter or digit at both ends, got "Company_S3"',
      'spec.backup.schedule: expected six fields of cron, seconds first, such as 0 0 3 * * *, got "0 3 * * *"',
      'spec.backup.retention: expected a number of days, weeks or months, such as 30d, 4w or 6m, got "0d"',
      'spec.restore.at: expected a moment with its zone, such as 2026-03-01T08:30:00Z, got "2026-03-01"',
    ],
  },
  {
    reason: 'an immutable field that is added later',
    claim: postgres({ database: 'other' }),
    old: postgres({}),
    says: [
      'spec.database: database cannot change once the database exists; make a new claim and move the data',
    ],
  },
  {
    reason: 'a name that PostgreSQL keeps for itself',
    claim: postgres({}, { name: 'postgres', namespace: 'x' }),
    says: [
      'metadata.name: a claim of this name needs spec.database: the database is called like the claim, and this name belongs to PostgreSQL itself',
      'metadata.name: a claim of this name needs spec.owner: the owner is called like the claim, and this name belongs to PostgreSQL itself',
    ],
  },
  {
    reason: 'an image without a tag',
    claim: claimOf('AgentExecutor', { image: 'registry.example/worker' }),
    says: [
      'spec.image: image must end in a tag or a digest, such as registry.example/worker:v1.0.0, so that what runs is what was reviewed',
    ],
  },
];

test.each(cases)('$reason', ({ claim, old, says }) => {
  const definition = definitionOf(text(claim.kind));
  const problems = claimProblems(definition, claim, old);
  expect(problems.map(({ path, message }) => `${path}: ${message}`)).toEqual(says);
});
