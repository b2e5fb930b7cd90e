import { execFile, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newAgent } from '../../cli/templates/agent.ts';
import manifest from '../../package.json' with { type: 'json' };

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'zerotouch-npm-test-'));
const empty = join(folder, 'empty');
const installed = join(empty, 'node_modules/zerotouch');
const tarball = join(folder, `zerotouch-${manifest.version}.tgz`);
const oneFile = join(folder, `zerotouch-${manifest.version}.mjs`);
const claim = 'claim.yaml';

/** Every Node that is here: ours, and the one of the machine, which may be as old as we say. */
const nodes = [process.execPath, ...machineNode()];

function machineNode(): string[] {
  const path = (process.env['PATH'] ?? '')
    .split(':')
    .filter((each) => !each.includes('node_modules'))
    .join(':');
  const { status, stdout } = spawnSync('node', ['-p', 'process.execPath'], {
    encoding: 'utf8',
    env: { ...process.env, PATH: path },
  });
  return status === 0 ? [stdout.trim()] : [];
}

beforeAll(async () => {
  await run(process.execPath, [join(root, 'package/npm/main.ts'), '--out', folder]);
  mkdirSync(empty);
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', '--prefix', empty, tarball]);
  writeFileSync(join(empty, 'helper.json'), newAgent('helper'));
  copyFileSync(join(root, 'examples/postgres-instance/minimal.yaml'), join(empty, claim));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the program where no checkout is near. */
function call(node: string, program: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(node, [program, ...args], {
    cwd: empty,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder },
  });
  return { code: status, stdout, stderr };
}

test('is a few megabytes without dependencies', () => {
  expect(readdirSync(join(empty, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    'zerotouch',
  ]);
  expect(statSync(tarball).size).toBeLessThan(3e6);
  expect(statSync(oneFile).size).toBeLessThan(8.5e6);
});

test('npx finds it', async () => {
  const { stdout } = await run('npx', ['--offline', 'zerotouch', '--version'], { cwd: empty });
  expect(stdout).toBe(`${manifest.version}\n`);
});

describe.each(nodes)('with %s', (node) => {
  describe.each([
    { what: 'installed', program: join(installed, 'dist/zerotouch.mjs') },
    { what: 'as one file', program: oneFile },
  ])('$what', ({ program }) => {
    test.each([
      { args: ['render', claim], code: 0, says: /kind: Cluster/ },
      { args: ['render', '--tree', claim], code: 0, says: /PostgresInstance shop\/orders-db · small/ },
      { args: ['validate', claim], code: 0, says: /^$/ },
      { args: ['diff', claim, claim], code: 0, says: /Nothing changes/ },
      { args: ['tree', claim, '-o', 'json'], code: 0, says: /"kind": "Trees"/ },
      { args: ['list', '.'], code: 0, says: /shop +PostgresInstance +orders-db +small/ },
      { args: ['new', 'claim', 'AgentExecutor', 'bot'], code: 0, says: /size: medium/ },
      { args: ['schema', 'PostgresInstance'], code: 0, says: /"title": "PostgresInstance/ },
      { args: ['completion', 'bash'], code: 0, says: /complete -o default -F _zerotouch zerotouch/ },
      { args: ['verify', '--help'], code: 0, says: /^Usage: zerotouch verify/ },
      { args: ['jobs', 'list', '--help'], code: 0, says: /^Usage: zerotouch jobs list/ },
      { args: ['agent', 'validate', 'helper.json'], code: 0, says: /^$/ },
      {
        args: ['agent', 'run', 'helper.json', '--demo', '--input', 'Hello'],
        code: 0,
        says: /Its tools answered: 1/,
      },
    ])('$args', ({ args, code, says }) => {
      const called = call(node, program, args);
      expect(called.stdout).toMatch(says);
      expect(called.code, called.stderr).toBe(code);
    });
  });
});
