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
  ];
  test.each(calls)('$reason', async ({ args, says }) => {
    const run = await cli(args, folder({ 'package.json': '{}' }));
    expect(run.stderr).toContain(says);
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
