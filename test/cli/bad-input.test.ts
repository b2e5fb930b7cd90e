import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { root } from '../golden/cases.ts';
import type { Run } from './run.ts';
import { claimText, cli, folder, folderForAll } from './run.ts';

const header = claimText('PostgresInstance', 'orders').replace('spec: {}\n', '');
const nested = (depth: number) =>
  `${header}spec: { parameters: ${'{ a: '.repeat(depth)}1${' }'.repeat(depth)} }\n`;
const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  ...'bcdefgh'.split('').map((name, i) => `${name}: &${name} [${`*${'abcdefg'[i] ?? ''}, `.repeat(10)}]`),
].join('\n');

interface Case {
  readonly reason: string;
  readonly content: string | Uint8Array;
  readonly says: string;
}

const cases: Case[] = [
  { reason: 'an empty file', content: '', says: ': has nothing in it' },
  { reason: 'separators only', content: '---\n---\n', says: ': has nothing in it' },
  { reason: 'malformed YAML', content: 'spec: [1\n', says: ':2:1: is not YAML: ' },
  { reason: 'a list at the top', content: '- a\n', says: ':1:1: expected an object, got a list' },
  {
    reason: 'a word at the top',
    content: 'hello\n',
    says: ':1:1: expected an object, got a single value',
  },
  { reason: 'null at the top', content: 'null\n', says: ':1:1: expected an object, got nothing' },
  {
    reason: 'bytes that are no text',
    content: new Uint8Array([0, 255, 254, 1]),
    says: 'it is not text in UTF-8',
  },
  {
    reason: 'a text as a shell of Windows writes it',
    content: new Uint8Array([0xff, 0xfe, ...Buffer.from(header, 'utf16le')]),
    says: 'it is not text in UTF-8, but in UTF-16',
  },
  {
    reason: 'a comment in Latin-1',
    content: Buffer.from(`# f\u00fcr\n${header}`, 'latin1'),
    says: 'it is not text in UTF-8',
  },
  {
    reason: 'an alias of itself',
    content: `${header}spec: &a { parameters: *a }\n`,
    says: 'aliases expand to',
  },
  {
    reason: 'a size that moves the cursor',
    content: `${header}spec: { size: "\\e[2J" }\n`,
    says: String.raw`got "\u001b[2J"`,
  },
  {
    reason: 'a field that moves the cursor',
    content: `${header}spec: { "si\\e[2J\\nze": 1 }\n`,
    says: String.raw`spec.si\u001b[2J\u000aze: is not a field`,
  },
  { reason: 'a text with a null byte', content: 'a: \0\n', says: 'null byte is not allowed' },
  {
    reason: 'a version that we do not have',
    content: header.replace('v1alpha1', 'v1'),
    says: 'got PostgresInstance (database.bizmatters.io/v1)',
  },
  {
    reason: 'a kind that is mistyped',
    content: header.replace('PostgresInstance', 'PostgressInstance'),
    says: '; did you mean PostgresInstance?',
  },
  {
    reason: 'a kind and a group that are mistyped',
    content: header.replace('PostgresInstance', 'PostgresInstanse').replace('bizmatters', 'bizmatter'),
    says: '; did you mean PostgresInstance?',
  },
  {
    reason: 'no kind',
    content: header.replace(/kind.*\n/, ''),
    says: 'got no kind (database.bizmatters.io/v1alpha1)',
  },
  { reason: '40 levels', content: nested(40), says: 'spec.parameters.a: expected a string, got an object' },
  { reason: '2,000 levels', content: nested(2000), says: 'nested more than 100 levels deep' },
  { reason: 'anchors that expand for ever', content: bomb, says: 'aliases expand to more than' },
  {
    reason: 'a file beyond every limit',
    content: `#${'x'.repeat(17 * 2 ** 20)}`,
    says: 'larger than 16 MiB',
  },
  {
    reason: 'a storageGB of 50.5',
    content: `${header}spec: { storageGB: 50.5 }`,
    says: 'whole number, got 50.5',
  },
  {
    reason: 'a storageGB of .inf',
    content: `${header}spec: { storageGB: .inf }`,
    says: 'spec.storageGB: expected a whole number, got Infinity',
  },
  {
    reason: 'a storageGB of .nan',
    content: `${header}spec: { storageGB: .nan }`,
    says: 'spec.storageGB: expected a whole number, got NaN',
  },
  {
    reason: 'a parameter of -.inf',
    content: `${header}spec: { parameters: { work_mem: -.inf } }`,
    says: 'spec.parameters.work_mem: expected a string, got -Infinity',
  },
  {
    reason: 'a storageGB of "fifty"',
    content: `${header}spec: { storageGB: fifty }`,
    says: 'number, got "fifty"',
  },
  {
    reason: 'a word that YAML takes for true',
    content: `${header}spec: { database: y }`,
    says: 'string, got true; YAML reads it as text only in quotes',
  },
  {
    reason: 'no metadata',
    content: header.replace(/metadata:\n.*\n.*\n/, 'spec: {}\n'),
    says: 'metadata.name: is required',
  },
];

// Claims of one name would be one claim.
const files = Object.fromEntries(
  cases.map(({ content }, index) => {
    const own =
      typeof content === 'string' ? content.replace('name: orders', `name: orders-${index}`) : content;
    return [`case-${index}.yaml`, own];
  }),
);
const withFiles = cases.map((each, index) => ({ ...each, file: `case-${index}.yaml` }));

const isOurs = ({ content }: Case) =>
  typeof content === 'string'
    ? content.includes('bizmatters.io')
    : /bizmatters.io/.test(Buffer.from(content).toString('latin1').replaceAll('\0', ''));
const names = withFiles.map(({ file }) => file);

// One process for all files: each must be reported as if it were alone.
describe.each([
  { name: 'render', args: ['render', ...names], code: 1, told: withFiles },
  { name: 'validate', args: ['validate', ...names], code: 1, told: withFiles },
  // In folders only what could be a claim is told.
  { name: 'diff', args: ['diff', '.', '.'], code: 2, told: withFiles.filter(isOurs) },
])('$name', ({ args, code, told }) => {
  const path = folderForAll(files);
  let run: Run = { code: null, stdout: '', stderr: '' };
  beforeAll(async () => {
    run = await cli(args, path);
  });

  test.each(told)('$reason', ({ file, says }) => {
    const lines = `${run.stdout}${run.stderr}`.split('\n');
    const own = lines.filter((line) => line.startsWith(file)).map((line) => line.slice(file.length));
    expect(own.join('\n')).toContain(says);
  });

  test('ends in a way that scripts can tell, and without a stack trace', () => {
    expect(run.code).toBe(code);
    expect(run.stderr).not.toMatch(/\n\s+at /);
  });
});

test('a spec of every wrong type', async () => {
  const values = ['null', 'true', '5', '1.5', 'word', '[]', '[1]', '"quoted"'];
  const each = values.map((value, index): [string, string] => [`${index}.yaml`, `${header}spec: ${value}\n`]);
  const run = await cli(['validate', '.'], folder(Object.fromEntries(each)));
  expect(run.stdout.trim().split('\n')).toEqual(
    values.map((value, index) => {
      const says = value === 'null' ? 'spec: is required' : 'spec: expected an object, got ';
      return expect.stringContaining(`${index}.yaml:6:1: PostgresInstance shop/orders ${says}`) as string;
    }),
  );
});

test('a kind that is no claim', async () => {
  const run = await cli(['render', 'pod.yaml'], folder({ 'pod.yaml': 'apiVersion: v1\nkind: Pod\n' }));
  expect(run.stderr).toContain('pod.yaml: there is no claim in it, only 1 Pod');
  expect(run.code).toBe(1);
});

test('one claim that our own code fails on is named, and hides nothing of the others', async () => {
  const xrd = readFileSync(join(root, 'xrds/dragonflyinstances.database.bizmatters.io.yaml'), 'utf8');
  const cwd = folder({
    'xrd.yaml': xrd.replace(/pattern: .*/, "pattern: '('"),
    'claims/a.yaml': claimText('DragonflyInstance', 'cache', [
      'version: v1.27.1',
      'snapshotSchedule: "0 * * * *"',
    ]),
    'claims/b.yaml': claimText('PostgresInstance', 'orders', ['size: huge']),
  });
  for (const args of [
    ['validate', 'claims'],
    ['render', 'claims'],
    ['diff', 'claims', 'claims'],
  ]) {
    const run = await cli([...args, '--xrd', 'xrd.yaml'], cwd);
    const said = `${run.stdout}${run.stderr}`;
    expect(said).toContain(
      "claims/a.yaml:1:1: DragonflyInstance shop/cache: cannot be judged, which is a bug of this program's",
    );
    expect(said).toContain('claims/b.yaml:7:3: PostgresInstance shop/orders spec.size: expected one of');
    expect(said).not.toMatch(/\n\s+at /);
  }
});

test('thousands of wrong claims in one List take seconds, each with its own line', async () => {
  const count = 5000;
  const claims = Array.from({ length: count }, (_, index) => {
    const claim = claimText('PostgresInstance', `orders-${index}`, ['size: huge']).trimEnd();
    return `- ${claim.replaceAll('\n', '\n  ')}\n`;
  });
  const cwd = folder({ 'list.yaml': `apiVersion: v1\nkind: List\nitems:\n${claims.join('')}` });
  const { stdout } = await cli(['validate', 'list.yaml'], cwd);
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toHaveLength(count);
  expect(lines.at(-1)).toContain(
    `list.yaml:${3 + 7 * count}:5: PostgresInstance shop/orders-${count - 1} spec.size`,
  );
});

test('a name as long as a book is named by its beginning', async () => {
  const claim = claimText('PostgresInstance', 'n'.repeat(1e6));
  const { stdout } = await cli(['validate', 'a.yaml'], folder({ 'a.yaml': claim }));
  expect(stdout).toContain('nnn… metadata.name: ');
  expect(stdout.length).toBeLessThan(2000);
});
