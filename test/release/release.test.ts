import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageOf } from '../../cli/commands/diff-release.ts';
import { checkoutRevision, compatible, functionName, release } from '../../package/release.ts';
import { folder, repository } from '../cli/run.ts';
import { read } from '../structure/sources.ts';

describe('what is released', () => {
  it.each([
    { given: '0.1.0', version: 'v0.1.0', reason: 'package.json has no v' },
    { given: 'v1.20.3', version: 'v1.20.3', reason: 'a tag has one' },
    { given: 'v0.2.0-rc.1', version: 'v0.2.0-rc.1', reason: 'a pre-release is a release' },
  ])('$given is $version: $reason', ({ given, version }) => {
    expect(release(given, 'ghcr.io/bizmatters').version).toBe(version);
  });

  it.each([
    { version: '1.0', reason: 'two numbers are no version' },
    { version: 'v01.0.0', reason: 'numbers do not begin with a zero' },
    { version: 'v1.0.0+build', reason: 'a tag in a registry may not have a plus sign' },
    { version: 'latest', reason: 'a name is no version' },
  ])('$version is refused: $reason', ({ version }) => {
    expect(() => release(version, 'ghcr.io/bizmatters')).toThrow(`cannot build version ${version}`);
  });

  it.each([
    { repository: 'ghcr.io', reason: 'an owner is missing' },
    { repository: 'bizmatters/zerotouch', reason: 'the registry is missing' },
    {
      repository: 'localhost:5000/bizmatters',
      reason: 'Crossplane takes a registry only with a dot in its name',
    },
    { repository: 'ghcr.io/Bizmatters', reason: 'registries know no capitals' },
  ])('$repository is refused: $reason', ({ repository }) => {
    expect(() => release('v0.1.0', repository)).toThrow('expected REGISTRY/OWNER');
  });

  it.each([
    { repository: 'ghcr.io/bizmatters', name: 'bizmatters-function-zerotouch' },
    { repository: '127.0.0.1:5000/bizmatters', name: 'bizmatters-function-zerotouch' },
    { repository: 'registry.example/team-a/platform.x', name: 'team-a-platform-x-function-zerotouch' },
  ])('the Function from $repository is called $name', ({ repository, name }) => {
    expect(functionName(release('v0.1.0', repository))).toBe(name);
  });

  it('refuses an owner so long that Crossplane would cut the name off', () => {
    const long = release('v0.1.0', `ghcr.io/${'a'.repeat(45)}`);
    expect(() => functionName(long)).toThrow('longer than 63 characters');
  });

  it.each([
    { version: 'v0.1.0', range: '>=v0.1.0 <v1.0.0-0' },
    { version: 'v2.3.4', range: '>=v2.3.4 <v3.0.0-0' },
    { version: 'v1.0.0-rc.1', range: '>=v1.0.0-rc.1 <v2.0.0-0' },
  ])('$version works with a Function $range', ({ version, range }) => {
    expect(compatible(release(version, 'ghcr.io/bizmatters'))).toBe(range);
  });
});

describe('the commit that images bear', () => {
  it('is that of a checkout in which nothing is changed', async () => {
    const root = repository({ 'a.txt': 'a' });
    expect(await checkoutRevision(root)).toMatch(/^[0-9a-f]{40}$/);
    writeFileSync(join(root, 'a.txt'), 'b');
    expect(await checkoutRevision(root)).toBeUndefined();
  });

  it('is none without Git', async () => {
    expect(await checkoutRevision(folder({ 'a.txt': 'a' }))).toBeUndefined();
  });
});

it('another release is fetched from where the workflow puts it, and by no name that others could take', () => {
  const workflow = read('.github/workflows/release.yaml');
  expect(workflow).toMatch(/gh release create "\$GITHUB_REF_NAME".*\n.*_build\/zerotouch-\*\.tgz/);
  expect(packageOf('0.2.0-rc.1')).toBe(
    'https://github.com/bizmatters/zerotouch/releases/download/v0.2.0-rc.1/zerotouch-0.2.0-rc.1.tgz',
  );
});
