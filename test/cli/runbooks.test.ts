import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { object } from '../../functions/composition/read.ts';
import { readYaml } from '../../render/yaml/read.ts';
import { read } from '../structure/sources.ts';
import { cli, folder } from './run.ts';
import { blocksOf } from './steps.ts';

const root = join(import.meta.dirname, '../..');

/** What the page says to type under a title, as its fences have it. */
function blocks(title: string) {
  const [, section = ''] = read('docs/runbooks.md').split(`\n## ${title}\n`);
  // Fences of lists are set in.
  return blocksOf(section.split('\n## ')[0]?.replaceAll(/^ {3}/gm, '') ?? '');
}

const scriptOf = (title: string) =>
  blocks(title)
    .filter(({ language }) => language === 'sh')
    .map(({ text }) => text)
    .join('');

/** Lines that a registry alone can play: the others want a cluster. */
const linesOf = (title: string) =>
  scriptOf(title)
    .split('\n')
    .filter((line) => /^(mkdir|cp|git|zerotouch) /.test(line));

/** A registry of tenants that is cloned from another, in which one types. */
function registry() {
  const home = folder({
    zerotouch: `#!/bin/sh\nexec "${process.execPath}" "${root}/cli/main.ts" "$@"\n`,
    '.gitconfig':
      '[user]\n  name = operator\n  email = operator@example.org\n[init]\n  defaultBranch = main\n',
  });
  chmodSync(join(home, 'zerotouch'), 0o755);
  const clone = join(home, 'clone');
  const env = { HOME: home, PATH: `${home}:${dirname(process.execPath)}:${process.env['PATH']}` };
  const type = (script: string, cwd = clone) => {
    const { status, stdout } = spawnSync('bash', ['-e', '-c', `exec 2>&1\n${script}`], {
      cwd,
      encoding: 'utf8',
      env,
    });
    expect(status, `${script}\n${stdout}`).toBe(0);
    return stdout;
  };
  type('git init --quiet --bare registry.git && git clone --quiet registry.git clone', home);
  cpSync(join(root, 'examples/tenants'), clone, { recursive: true });
  type('git add . && git commit --quiet -m Begin && git push --quiet -u origin main');
  const pushed = () => type('git ls-tree -r --name-only main', join(home, 'registry.git')).split('\n');
  return { clone, type, pushed };
}

describe('the runbooks of tenants, typed from the page into a registry', () => {
  test('one is added, and then removed', () => {
    const { clone, type, pushed } = registry();
    const added = 'tenants/shop/config.yaml';
    const file = join(clone, added);
    for (const line of linesOf('Add a tenant')) {
      type(line);
      // What the page leaves to whoever types.
      if (line.startsWith('cp '))
        writeFileSync(file, readFileSync(file, 'utf8').replaceAll('example', 'shop'));
    }
    expect(pushed()).toContain(added);
    for (const line of linesOf('Remove a tenant')) type(line);
    expect(pushed()).not.toContain(added);
    expect(existsSync(file)).toBe(false);
  });

  test('a slip in the file ends it before the commit', () => {
    const [, , validate = ''] = linesOf('Add a tenant');
    const { clone, type } = registry();
    for (const line of linesOf('Add a tenant').slice(0, 2)) type(line);
    writeFileSync(join(clone, 'tenants/shop/config.yaml'), 'repoUrl: none\n');
    expect(() => type(validate)).toThrow('did you mean repoURL?');
  });
});

const commands = [...read('docs/runbooks.md').matchAll(/^ *zerotouch ([a-z]+)(.*?)(?: +#.*)?$/gm)].map(
  ([, command = '', rest = '']) => ({ command, flags: rest.match(/--[a-z-]+/g) ?? [] }),
);

test.each(commands)(
  'zerotouch $command has the flags that runbooks give it: $flags',
  async ({ command, flags }) => {
    const { stdout } = await cli([command, '--help'], root);
    expect(flags.filter((flag) => !stdout.includes(`${flag} `))).toEqual([]);
  },
);

describe('the claims of the runbooks', () => {
  const judged = async (text: string) => {
    const { code, stdout } = await cli(['validate', 'claim.yaml'], folder({ 'claim.yaml': text }));
    return { code, stdout };
  };
  const valid = { code: 0, stdout: '' };
  const claim = (spec: JsonObject) =>
    JSON.stringify({
      apiVersion: 'database.bizmatters.io/v1alpha1',
      kind: 'PostgresInstance',
      metadata: { name: 'orders-db', namespace: 'shop' },
      spec,
    });

  test('what is applied to restore a database is a valid claim', async () => {
    const [, applied = ''] = /<<'END'\n([\s\S]*?)^END$/m.exec(scriptOf('Restore a database')) ?? [];
    expect(await judged(applied)).toEqual(valid);
  });

  test('a claim that is patched to rotate its password is one still', async () => {
    const [, patch = ''] = / -p '(\{.*\})'/.exec(scriptOf('Rotate a password')) ?? [];
    const { spec } = JSON.parse(patch) as { spec: JsonObject };
    expect(Object.keys(spec)).toEqual(['credentialsRevision']);
    expect(await judged(claim(spec))).toEqual(valid);
  });

  test('and so is one that is brought back from its archive, with the version of that', async () => {
    const [found] = blocks('A lost cluster').filter(({ language }) => language === 'yaml');
    const restore = object(readYaml(found?.text ?? '')[0]?.value);
    expect(await judged(claim({ version: '16', ...restore }))).toEqual(valid);
  });
});
