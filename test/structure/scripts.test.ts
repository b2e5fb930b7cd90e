import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { filesIn, read } from './sources.ts';

const scripts: Readonly<Record<string, string>> = manifest.scripts;
const root = join(import.meta.dirname, '../..');

/** Run by npm itself, at its own moments. */
const lifecycle = ['postinstall', 'version'];

const forPeople = Object.keys(scripts).filter((name) => !lifecycle.includes(name));

describe('npm scripts', () => {
  test('each is listed by `npm run help`, with a sentence', () => {
    expect(Object.keys(manifest['scripts-info'])).toEqual(forPeople);
    for (const sentence of Object.values(manifest['scripts-info'])) expect(sentence).toMatch(/^[A-Z].*\.$/);
    const { stdout } = spawnSync(process.execPath, ['help.ts'], { cwd: root, encoding: 'utf8' });
    for (const name of forPeople) expect(stdout).toMatch(new RegExp(`^  npm (run )?${name} `, 'm'));
  });

  test('each is one word, or several with hyphens; what it can do besides is a command of it', () => {
    expect(forPeople.filter((name) => !/^[a-z][a-z0-9]*(-[a-z]+)*$/.test(name))).toEqual([]);
  });

  const texts = [
    ...filesIn(
      '{.ci,.github,bench,cli,docs,examples,functions,generate,package,test,worker}/**/*.{ts,md,yaml,yml}',
    ),
    ...filesIn('.ci/*'),
    ...filesIn('package/Dockerfile.*'),
    'README.md',
  ];
  test('every one that a text names is there', () => {
    const named = texts.flatMap((path) =>
      [...read(path).matchAll(/npm run (?:--silent )?([a-z][\w:-]*)/g)].map(
        ([, name = '']) => `${path}: ${name}`,
      ),
    );
    expect(named.length).toBeGreaterThan(50);
    expect(named.filter((each) => !Object.hasOwn(scripts, each.split(': ')[1] ?? ''))).toEqual([]);
  });
});
