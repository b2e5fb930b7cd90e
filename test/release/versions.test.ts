import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { closed, notesOf } from '../../package/changelog.ts';
import { compatible, release } from '../../package/release.ts';
import { moved, versioned } from '../../package/set-version.ts';
import { read } from '../structure/sources.ts';

const version = `v${manifest.version}`;

describe('the version of this checkout', () => {
  it.each(versioned)('is in %s', (path) => {
    expect(read(path)).toContain(manifest.version);
  });

  it('is that of both packages in package/install', () => {
    const tags = [...read('package/install/packages.yaml').matchAll(/^ {2}package: .*:(.*)$/gm)];
    expect(tags.map(([, tag]) => tag)).toEqual([version, version]);
  });

  it('is the lowest of the Function that the Configuration depends on', () => {
    const range = compatible(release(version, 'ghcr.io/bizmatters'));
    expect(read('crossplane.yaml')).toContain(`version: '${range}'`);
  });

  it('has its section in the changelog', () => {
    expect(read('CHANGELOG.md')).toContain(`\n## ${version}\n`);
  });
});

describe('a new version', () => {
  it.each([
    { text: ':v0.1.0', want: ':v0.2.0', reason: 'a tag' },
    { text: 'VERSION=0.1.0\n', want: 'VERSION=0.2.0\n', reason: 'without a v' },
    { text: '>=v0.1.0 <v1.0.0-0', want: '>=v0.2.0 <v1.0.0-0', reason: 'the lower end of a range' },
    { text: 'v0.1.0/zerotouch-0.1.0.tgz', want: 'v0.2.0/zerotouch-0.2.0.tgz', reason: 'in an address' },
    { text: 'at v0.1.0.', want: 'at v0.2.0.', reason: 'at the end of a sentence' },
    { text: 'v0.1.01, v0.1.0-rc.1, 10.1.0, v0.1.0.3', want: undefined, reason: 'versions that look alike' },
  ])('$text: $reason', ({ text, want }) => {
    expect(moved(text, '0.1.0', '0.2.0')).toBe(want ?? text);
  });
});

const changelog = (pending: string) => `# Changelog\n\n## Unreleased\n${pending}\n## v0.1.0\n\n- First.\n`;

describe('the changelog', () => {
  it('gives what it says of a version', () => {
    expect(notesOf(changelog(''), 'v0.1.0')).toBe('- First.');
  });

  it('lets nothing be released that is not written down', () => {
    expect(() => notesOf(changelog(''), 'v0.2.0')).toThrow('says nothing of it');
    expect(() => closed(changelog(''), 'v0.2.0')).toThrow('nothing under Unreleased');
  });

  it('lets nothing be released while something waits', () => {
    expect(() => notesOf(changelog('\n- Second.\n'), 'v0.1.0')).toThrow('something under Unreleased');
  });

  it('makes a version of what was unreleased', () => {
    const next = closed(changelog('\n- Second.\n'), 'v0.2.0');
    expect(notesOf(next, 'v0.2.0')).toBe('- Second.');
    expect(notesOf(next, 'v0.1.0')).toBe('- First.');
  });
});
