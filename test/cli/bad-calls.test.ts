import { describe, expect, test } from 'vitest';
import { cli, folder, program } from './run.ts';

describe('what cannot be read', () => {
  const paths = [
    {
      reason: 'a file that is not there',
      path: 'nowhere.yaml',
      says: 'nowhere.yaml: cannot be read: it does not exist',
    },
    { reason: 'a folder without claims', path: '.', says: '.: has no YAML file in it' },
    {
      reason: 'a device',
      path: '/dev/zero',
      says: '/dev/zero: cannot be read: it is neither a file nor a pipe',
    },
  ];
  test.each(paths)('$reason', async ({ path, says }) => {
    const run = await cli(['validate', path], folder({}));
    expect(run.stdout).toContain(says);
    expect(run.code).toBe(1);
  });
});

describe('calls that cannot be', () => {
  const calls = [
    { reason: 'no command', args: [], says: 'expected a command, one of render, validate, diff' },
    { reason: 'another command', args: ['apply'], says: 'got apply' },
    { reason: 'a name of every object', args: ['constructor'], says: 'got constructor' },
    { reason: 'no file', args: ['render'], says: 'expected FILE|FOLDER…' },
    {
      reason: 'an unknown flag',
      args: ['render', '--colour'],
      says: '--colour is no flag of this command',
    },
    {
      reason: 'a flag without its value',
      args: ['render', 'x', '-o'],
      says: '-o: expected PATH, got nothing',
    },
    { reason: 'one side of a difference', args: ['diff', 'a.yaml'], says: 'expected two files or folders' },
    { reason: 'an XRD that is none', args: ['render', 'x', '--xrd', 'package.json'], says: 'cannot read' },
    {
      reason: 'a revision outside of Git',
      args: ['diff', '--revision', 'main', 'x'],
      says: 'cannot read the Git revision',
    },
    {
      reason: 'a claim whose name none may have',
      args: ['new', 'claim', 'PostgresInstance', 'Two Words'],
      says: 'cannot write PostgresInstance Two Words:\n  metadata.name: "Two Words" is not a name',
    },
    {
      reason: 'a claim that needs more than its name',
      args: ['new', 'claim', 'PostgresInstance', 'template1'],
      says: 'a claim of this name needs spec.database',
    },
    {
      reason: 'a tenant whose namespace cannot be called so',
      args: ['new', 'tenant', 'a.b'],
      says: 'cannot write tenant a.b:\n  metadata.namespace: "a.b" is not the name of a namespace',
    },
    {
      reason: 'a release that is no package',
      args: ['diff', '--release', './package.tgz', 'x'],
      says: 'cannot get release ./package.tgz by npx: TAR_BAD_ARCHIVE',
    },
  ];
  test.each(calls)('$reason', async ({ args, says }) => {
    const run = await cli(args, folder({ 'package.json': '{}', 'package.tgz': 'x' }));
    expect(run.stderr).toContain(says);
    expect(run.stdout).toBe('');
    expect(run.stderr).not.toMatch(/\n\s+at /);
    expect(run.code).toBe(2);
  });
});

describe('flags that npm kept for itself are asked back', () => {
  const kept = [
    { variable: 'npm_config_tree', flag: '--tree' },
    { variable: 'npm_config_output_dir', flag: '--output-dir' },
    { variable: 'npm_config_x', flag: '-x' },
    { variable: 'npm_config_xr', flag: '-xr' },
  ];
  test.each(kept)('$flag', ({ variable, flag }) => {
    const run = program(['render', 'x'], {
      env: {
        npm_lifecycle_event: 'render',
        npm_lifecycle_script: 'node cli/main.ts render',
        [variable]: 'true',
      },
    });
    expect(run.stderr).toBe(`npm kept ${flag} to itself; write: npm run render -- ${flag} …\n`);
    expect(run.code).toBe(2);
  });
});
