import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claimText, cli, folder, program } from './run.ts';

describe('what cannot be read', () => {
  const paths = [
    {
      reason: 'a file that is not there',
      path: 'nowhere.yaml',
      says: 'nowhere.yaml: cannot be read: it does not exist',
    },
    {
      reason: 'a device',
      path: '/dev/zero',
      says: '/dev/zero: cannot be read: it is neither a file nor a pipe',
    },
    {
      reason: 'a file below a file',
      path: 'claim.yaml/x.yaml',
      says: 'claim.yaml/x.yaml: cannot be read: a part of its path is not a folder',
    },
    {
      reason: 'a link to itself',
      path: 'loop.yaml',
      says: 'loop.yaml: cannot be read: its links lead in a circle',
    },
    { reason: 'no path', path: '', says: ': cannot be read: it does not exist' },
  ];
  const cwd = () => {
    const made = folder({ 'claim.yaml': claimText('DragonflyInstance', 'cache') });
    symlinkSync('loop.yaml', join(made, 'loop.yaml'));
    return made;
  };

  describe.each(['validate', 'render', 'tree', 'list', 'agent validate'])(
    '%s: the call is wrong',
    (command) => {
      test.each(paths)('$reason', async ({ path, says }) => {
        const run = await cli([...command.split(' '), path], cwd());
        expect(`${run.stdout}${run.stderr}`).toContain(says);
        expect(run.code).toBe(2);
      });
    },
  );

  test('what is wrong with the rest is said all the same', async () => {
    const run = await cli(['validate', 'nowhere.yaml', 'claim.yaml'], cwd());
    expect(run.stderr).toContain('1 of 1 claims valid, 1 problem');
    expect(run.code).toBe(2);
  });

  test('a folder without claims is an answer, and no mistake of the call', async () => {
    const run = await cli(['validate', '.'], folder({}));
    expect(run.stdout).toBe('.: has no YAML file in it\n');
    expect(run.code).toBe(1);
  });

  test('objects that could not be read let nobody say that nothing changes', async () => {
    const run = await cli(['diff', 'claim.yaml', 'claim.yaml', '-o', '/nowhere'], cwd());
    expect(run).toMatchObject({ stdout: '', code: 2 });
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
    {
      reason: 'an XRD that never ends',
      args: ['render', 'x', '--xrd', '/dev/zero'],
      says: 'cannot read the XRD in /dev/zero: it is neither a file nor a pipe',
    },
    {
      reason: 'a revision that looks like a flag',
      args: ['diff', '--revision=--all', 'x'],
      says: 'cannot read the Git revision',
    },
    {
      reason: 'an agent without a name',
      args: ['new', 'agent', ''],
      says: 'cannot write agent :\n  nodes[0].id: expected a text that is not empty',
    },
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
      reason: 'an agent whose name has two lines',
      args: ['new', 'agent', 'two\nlines'],
      says: 'cannot write the agent:\n  NAME: may have no line breaks and no other control characters',
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
