import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { stepsOf } from '../cli/steps.ts';
import { read } from '../structure/sources.ts';

const root = join(import.meta.dirname, '../..');
const owner = 'somebody';
const repositories = ['zerotouch-platform', 'zerotouch-tenants', 'bizmatters'];

/** What needs a cluster; of such a script only where it leaves its reader counts here. */
const cluster = /^(kubectl|scripts\/)/m;
const scripts = stepsOf(read('docs/first-platform.md')).map(({ script }) =>
  cluster.test(script) ? (/^cd .*$/m.exec(script)?.[0] ?? ':') : script.replaceAll('YOURS', owner),
);

describe('from a fork to a database, as far as it needs no cluster', () => {
  let folder: string;
  let env: NodeJS.ProcessEnv;
  let printed: ReturnType<typeof bash>;

  const bash = (script: string, cwd: string) =>
    spawnSync('bash', ['-eo', 'pipefail', '-c', `exec 2>&1\n${script}`], { cwd, env, encoding: 'utf8' });
  const pushed = (name: string, what: string): string =>
    bash(`git --git-dir github/${owner}/${name}.git ${what}`, folder).stdout;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'zerotouch-first-platform-'));
    const [bin, github, ours] = ['bin', 'github', 'ours'].map((name) => join(folder, name));
    if (!bin || !github || !ours) throw new Error('expected three folders');
    for (const path of [bin, github, ours, join(folder, 'home')]) mkdirSync(path);
    const zerotouch = join(bin, 'zerotouch');
    writeFileSync(zerotouch, `#!/bin/sh\nexec "${process.execPath}" "${root}/cli/main.ts" "$@"\n`);
    chmodSync(zerotouch, 0o755);
    env = {
      PATH: `${bin}:${process.env['PATH']}`,
      HOME: join(folder, 'home'),
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: `url.file://${github}/.insteadOf`,
      GIT_CONFIG_VALUE_0: 'https://github.com/',
      ...Object.fromEntries(
        ['AUTHOR', 'COMMITTER'].flatMap((who) => [
          [`GIT_${who}_NAME`, owner],
          [`GIT_${who}_EMAIL`, `${owner}@example.org`],
        ]),
      ),
    };
    cpSync(join(root, 'examples'), join(ours, 'examples'), { recursive: true });
    const begin = 'git init --quiet --initial-branch main && git add . && git commit --quiet --message Ours';
    const bare = 'git init --quiet --bare --initial-branch main';
    const made = bash(
      `(cd ours && ${begin}) && git clone --quiet --bare ours github/bizmatters/zerotouch.git\n` +
        repositories.map((name) => `${bare} github/${owner}/${name}.git`).join('\n'),
      folder,
    );
    if (made.status !== 0) throw new Error(made.stdout);
    printed = bash(scripts.join('\n'), join(folder, 'home'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('every command works', () => {
    expect(scripts.filter((script) => script.includes('git '))).toHaveLength(3);
    expect(printed.status, printed.stdout).toBe(0);
  });

  test('the three repositories name their new owner, and no other', () => {
    for (const name of repositories)
      expect(pushed(name, 'grep --fixed-strings arun4infra main'), name).toBe('');
    expect(pushed('zerotouch-tenants', 'show main:tenants/bizmatters/config.yaml')).toContain(
      `repoURL: https://github.com/${owner}/bizmatters.git`,
    );
  });

  test('the last commit has the claim, and names it', () => {
    const base = 'services/agent_executor/platform/base';
    expect(pushed('bizmatters', `show main:${base}/orders.yaml`)).toContain('kind: PostgresInstance');
    expect(pushed('bizmatters', `show main:${base}/kustomization.yaml`)).toMatch(/\n {2}- orders\.yaml\n$/);
    const valid = bash('zerotouch validate bizmatters', join(folder, 'home'));
    expect(valid.status, valid.stdout).toBe(0);
  });
});
