import { loadAll } from 'js-yaml';
import { holderRules, holders, image } from './broken-holder-rules.ts';
import { folderOf } from '../../generate/xrds.ts';
import { longestName } from '../claims/arbitrary.ts';
import { kindNames, offerNamed } from '../claims/offers.ts';
import { read } from '../structure/sources.ts';
import { bucketRules } from './broken-bucket-rules.ts';

/** A claim, or a change of one, that breaks one of the rules that the XRDs write in CEL. */
export interface BrokenRule {
  readonly kind: string;
  /** How the message of the rule begins. */
  readonly says: string;
  readonly name?: string;
  readonly spec: object;
  /** The spec before the change. */
  readonly old?: object;
}

/** Names that no claim may have: one is too long, the others are no names of a Service. */
function names(kind: string): BrokenRule[] {
  const longest = longestName(offerNamed(kind));
  // What is wrong with the name is wrong with every spec; that of an example is complete.
  const [example] = loadAll(read(`examples/${folderOf(kind)}/minimal.yaml`)) as [{ spec: object }];
  const { spec } = example;
  return [
    {
      kind,
      says: `metadata.name may have at most ${longest} characters`,
      name: 'a'.repeat(longest + 1),
      spec,
    },
    { kind, says: 'metadata.name must start with a letter', name: '1st', spec },
    { kind, says: 'metadata.name must start with a letter', name: 'with.dot', spec },
  ];
}

/** A spec that has its database filled from what is called so. */
function filling(field: 'restore' | 'import', name: string): object {
  return field === 'restore' ? { restore: { from: { claim: name } } } : { import: { secret: name } };
}

/**
 * The same in a claim that makes one of that kind. Not what breaks a rule by leaving a field out: its default is the nested
 * claim's own, which is refused itself then.
 */
function nested({ kind, says, name, spec, old }: BrokenRule): BrokenRule[] {
  const field = { PostgresInstance: 'database', DragonflyInstance: 'cache' }[kind];
  const left = [spec, old].some((each) => each !== undefined && Object.keys(each).length === 0);
  if (field === undefined || name !== undefined || left) return [];
  const around = (inner: object) => ({ image, [field]: inner });
  return holders.map((holder) => ({
    kind: holder,
    says,
    spec: around(spec),
    ...(old === undefined ? {} : { old: around(old) }),
  }));
}

const ownRules: readonly BrokenRule[] = [
  { kind: 'PostgresInstance', says: 'a claim of this name needs spec.database', name: 'template1', spec: {} },
  {
    kind: 'PostgresInstance',
    says: 'a claim of this name needs spec.owner',
    name: 'postgres',
    spec: { database: 'app' },
  },
  {
    kind: 'PostgresInstance',
    says: 'this database belongs to PostgreSQL itself',
    spec: { database: 'template0' },
  },
  {
    kind: 'PostgresInstance',
    says: 'this role belongs to PostgreSQL or CloudNativePG',
    spec: { owner: 'streaming_replica' },
  },
  {
    kind: 'PostgresInstance',
    says: 'this role belongs to PostgreSQL or CloudNativePG',
    spec: { owner: 'pg_monitor' },
  },
  {
    kind: 'PostgresInstance',
    says: 'this role belongs to PostgreSQL or CloudNativePG',
    spec: { owner: 'cnpg_pooler' },
  },
  {
    kind: 'PostgresInstance',
    says: 'version cannot go down',
    old: { version: '17' },
    spec: { version: '16' },
  },
  { kind: 'PostgresInstance', says: 'version cannot go down', old: { version: '17' }, spec: {} },
  {
    kind: 'PostgresInstance',
    says: 'storageGB cannot shrink',
    old: { storageGB: 40 },
    spec: { storageGB: 39 },
  },
  { kind: 'PostgresInstance', says: 'storageGB cannot shrink', old: {}, spec: { storageGB: 10 } },
  ...[{}, { walStorageGB: 4 }].map((spec): BrokenRule => ({
    kind: 'PostgresInstance',
    says: 'walStorageGB can be added and grow',
    old: { walStorageGB: 5 },
    spec,
  })),
  ...[{}, { storageClassName: 'another' }].map((spec): BrokenRule => ({
    kind: 'DragonflyInstance',
    says: 'storageClassName cannot change',
    old: { storageClassName: 'one' },
    spec,
  })),
  ...(['database', 'owner', 'storageClassName'] as const).flatMap((field): BrokenRule[] => [
    {
      kind: 'PostgresInstance',
      says: `${field} cannot change`,
      old: { [field]: 'one' },
      spec: { [field]: 'another' },
    },
    { kind: 'PostgresInstance', says: `${field} cannot change`, old: {}, spec: { [field]: 'one' } },
    { kind: 'PostgresInstance', says: `${field} cannot change`, old: { [field]: 'one' }, spec: {} },
  ]),
  ...(['restore', 'import'] as const).flatMap((field): BrokenRule[] => {
    const [one, another] = [filling(field, 'one'), filling(field, 'another')];
    const says = `${field} fills a database when it is made and never again`;
    return [
      { kind: 'PostgresInstance', says, old: one, spec: another },
      { kind: 'PostgresInstance', says, old: {}, spec: one },
      { kind: 'PostgresInstance', says, old: one, spec: {} },
    ];
  }),
  {
    kind: 'PostgresInstance',
    says: 'a database can be filled by restore or by import',
    spec: { ...filling('restore', 'one'), ...filling('import', 'one') },
  },
  ...[{}, { claim: 'one', objectStore: 'archive', serverName: 'one' }].map((from): BrokenRule => ({
    kind: 'PostgresInstance',
    says: 'say either claim, or objectStore and serverName, or bucket and serverName',
    spec: { restore: { from } },
  })),
  {
    kind: 'PostgresInstance',
    says: 'an archive lies in an objectStore or in a bucket',
    spec: { restore: { from: { objectStore: 'one', bucket: 'two', serverName: 'three' } } },
  },
  ...[{}, { objectStore: 'one', bucket: 'two' }].map((backup): BrokenRule => ({
    kind: 'PostgresInstance',
    says: 'say where backups go',
    spec: { backup },
  })),
  ...[{ objectStore: 'archive' }, { serverName: 'one' }].map((from): BrokenRule => ({
    kind: 'PostgresInstance',
    says: 'objectStore or bucket, and serverName go together',
    spec: { restore: { from } },
  })),
  {
    kind: 'PostgresInstance',
    says: 'a database cannot be filled from itself',
    name: 'one',
    spec: filling('restore', 'one'),
  },
  ...['PostgresInstance', 'DragonflyInstance'].map((kind): BrokenRule => ({
    kind,
    says: 'namespace is needed, or pods, or both',
    spec: { access: { from: [{}] } },
  })),
  ...(['databases', 'roles'] as const).map((field): BrokenRule => ({
    kind: 'PostgresInstance',
    says: `the names of the claim and of a ${field.slice(0, -1)} may have 57 characters`,
    name: 'a'.repeat(50),
    spec: { [field]: [{ name: 'eightlet' }] },
  })),
  {
    kind: 'PostgresInstance',
    says: 'a database has a role of its own name',
    spec: { databases: [{ name: 'one' }], roles: [{ name: 'one' }] },
  },
  ...[{ databases: [{ name: 'template1' }] }, { roles: [{ name: 'public' }] }].map((spec): BrokenRule => ({
    kind: 'PostgresInstance',
    says: 'this name belongs to PostgreSQL itself',
    spec,
  })),
  {
    kind: 'DragonflyInstance',
    says: 'storageGB cannot change',
    old: { storageGB: 20 },
    spec: { storageGB: 30 },
  },
  ...[{}, { snapshots: { bucket: 'another' } }, { snapshots: { bucket: 'one', folder: 'a.b.c' } }].map(
    (spec): BrokenRule => ({
      kind: 'DragonflyInstance',
      says: 'snapshots cannot change',
      old: { snapshots: { bucket: 'one' } },
      spec,
    }),
  ),
  {
    kind: 'DragonflyInstance',
    says: 'snapshots cannot change',
    old: { size: 'micro' },
    spec: { size: 'micro', snapshots: { bucket: 'one' } },
  },
  {
    kind: 'DragonflyInstance',
    says: 'storageClassName is of volumes',
    spec: { snapshots: { bucket: 'one' }, storageClassName: 'fast' },
  },
  {
    kind: 'DragonflyInstance',
    says: 'a certificate is that of a Secret',
    spec: { tls: { certificateSecret: 'one', issuer: { name: 'other' } } },
  },
  ...bucketRules,
];

/** At least one for each rule; test/structure/used.test.ts sees to it, and names a rule that is not here. */
export const brokenRules: readonly BrokenRule[] = [
  ...kindNames.flatMap(names),
  ...ownRules,
  ...ownRules.flatMap(nested),
  ...holderRules,
];
