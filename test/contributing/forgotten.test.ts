import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changes } from './changes.ts';
import { copyOfRepository, isBad } from './copy.ts';
import { forgotten } from './forgotten.ts';
import type { Forgotten } from './forgotten.ts';

/** What nobody but a reviewer misses. */
const isLeftToReview = (file: string) => file === 'CHANGELOG.md' || file.endsWith('.test.ts');

const all = Object.entries(forgotten).flatMap(([change, byFile]) =>
  Object.entries(byFile).map(([file, each]) => ({ ...each, name: `${change} without ${file}` })),
);
/** Later than the others: a file that is gone stops the tests that begin with it, broken types the programs. */
const isGone = ({ made }: Forgotten) => 'removed' in made;
const isUntyped = ({ seenBy }: Forgotten) => seenBy === 'types';

test('every file of each change in CONTRIBUTING.md is forgotten once', () => {
  const files = changes.flatMap((each) =>
    each.files.filter((file) => !isLeftToReview(file)).map((file) => `${each.change} without ${file}`),
  );
  expect(all.map(({ name }) => name)).toEqual(files);
});

const copy = copyOfRepository();

/** Each edit once: two files may be missed by the same. */
function make(each: readonly Forgotten[]): void {
  const texts = new Map(each.map(({ made }) => [JSON.stringify(made), made]));
  for (const made of texts.values())
    if ('removed' in made) rmSync(join(copy.path, made.removed));
    else copy.edit(made);
}

async function expectMissed(
  each: readonly (Forgotten & { readonly name: string })[],
  files: readonly string[],
  names: string,
): Promise<void> {
  const failed = (
    await copy.results(
      files.map((file) => `test/${file}`),
      names,
    )
  ).filter(isBad);
  for (const { name, seenBy, says } of each) {
    const seen = failed.filter(({ fullName }) => seenBy !== 'types' && seenBy.test(fullName));
    expect(seen, name).not.toEqual([]);
    expect(seen.flatMap(({ failureMessages }) => failureMessages).join(), name).toContain(says);
  }
}

test('and is missed by name', { timeout: 600_000 }, async () => {
  // Here stand the names of all that is forgotten.
  for (const file of ['forgotten.ts', 'forgotten.test.ts'])
    rmSync(join(copy.path, 'test/contributing', file));
  const edited = all.filter((each) => !isGone(each) && !isUntyped(each));
  make(edited);
  await copy.node('generate/main.ts');
  const files = ['structure/used', 'structure/newcomer', 'worker/metrics', 'golden/golden', 'kinds/package'];
  const names = 'every |flags are documented|people are told|lets Crossplane|postgres-instance/full becomes';
  await expectMissed(edited, files, names);

  make(all.filter(isGone));
  await expectMissed(all.filter(isGone), ['structure/complete'], 'has types');

  const untyped = all.filter(isUntyped);
  make(untyped);
  const types = await copy
    .node('node_modules/typescript/bin/tsc')
    .catch(({ stdout }: { readonly stdout: string }) => stdout);
  for (const { name, says } of untyped) expect(types, name).toContain(says);
});
