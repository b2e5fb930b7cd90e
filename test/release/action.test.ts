import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claimText, folder, write } from '../cli/run.ts';
import { read } from '../structure/sources.ts';

const root = join(import.meta.dirname, '../..');

/** Keeps what it was called with, and knows of one comment when there is a file for it. */
const gh = `#!/usr/bin/env bash
case "$*" in *--paginate*) cat "$RUNNER_TEMP/comments" 2>/dev/null || true ;; *) echo "$*" >>"$RUNNER_TEMP/calls" ;; esac
`;

/** Runs the action's script on a change from one text of a claim to another. */
function review(before: string, after: string, env: Readonly<Record<string, string>> = {}) {
  const cwd = folder({ 'claims/db.yaml': before, 'temp/bin/gh': gh, '.gitignore': 'temp\n' });
  const temp = join(cwd, 'temp');
  chmodSync(join(temp, 'bin/gh'), 0o755);
  const git = (...args: string[]) =>
    spawnSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd, encoding: 'utf8' });
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'before');
  const base = git('rev-parse', 'HEAD').stdout.trim();
  write(cwd, { 'claims/db.yaml': after });
  if (env['OURS'] !== undefined) write(temp, { comments: `${env['OURS']}\n` });
  const { status, stderr } = spawnSync(join(root, 'package/action/review'), {
    cwd,
    encoding: 'utf8',
    env: {
      PATH: `${join(temp, 'bin')}:${dirname(process.execPath)}:${process.env['PATH']}`,
      RUNNER_TEMP: temp,
      GITHUB_OUTPUT: join(temp, 'output'),
      GITHUB_STEP_SUMMARY: join(temp, 'summary'),
      PROGRAM: join(root, 'cli/main.ts'),
      PATHS: 'claims',
      BASE: base,
      COMMENT: 'true',
      FAIL_ON: 'refused',
      PULL_REQUEST: '7',
      REPOSITORY: 'shop/claims',
      ...env,
    },
  });
  const text = (name: string) => (existsSync(join(temp, name)) ? readFileSync(join(temp, name), 'utf8') : '');
  return {
    code: status,
    stderr,
    summary: text('summary'),
    calls: text('calls'),
    output: text('output'),
    sarif: text('zerotouch.sarif'),
  };
}

const claim = (...spec: string[]) => claimText('PostgresInstance', 'orders', spec);

describe('the action', () => {
  test('says what a change comes to, in a comment of its own', () => {
    const run = review(claim('size: small'), claim('size: large'));
    expect(run.summary).toContain('**1 of 1 claim changed; objects: 1 changed; Pods stop or restart**');
    expect(run.calls).toMatch(/^api --silent --method POST repos\/shop\/claims\/issues\/7\/comments /);
    expect(run.output).toMatch(/^sarif-file=.*zerotouch\.sarif\n$/);
    expect(run.code, run.stderr).toBe(0);
  });

  test('changes its comment instead of writing another', () => {
    const run = review(claim('size: small'), claim('size: large'), { OURS: '42' });
    expect(run.calls).toMatch(/^api --silent --method PATCH repos\/shop\/claims\/issues\/comments\/42 /);
  });

  test('writes none where it is told so, or there is no pull request', () => {
    expect(review(claim(), claim('size: large'), { COMMENT: 'false' }).calls).toBe('');
    expect(review(claim(), claim('size: large'), { PULL_REQUEST: '' }).calls).toBe('');
  });

  test.each([
    { reason: 'nothing changes', after: claim('storageGB: 30'), env: {}, code: 0 },
    { reason: 'a claim is invalid', after: claim('size: huge'), env: {}, code: 1 },
    { reason: 'the API server would refuse it', after: claim('storageGB: 20'), env: {}, code: 1 },
    {
      reason: 'it would, and nobody wants to know',
      after: claim('storageGB: 20'),
      env: { FAIL_ON: 'never' },
      code: 0,
    },
    {
      reason: 'Pods restart',
      after: claim('storageGB: 30', 'size: large'),
      env: { FAIL_ON: 'restarts' },
      code: 1,
    },
    { reason: 'no Pod restarts', after: claim('storageGB: 40'), env: { FAIL_ON: 'restarts' }, code: 0 },
    { reason: 'a part is final', after: claim('storageGB: 40'), env: { FAIL_ON: 'final' }, code: 1 },
    { reason: 'it is called wrongly', after: claim(), env: { FAIL_ON: 'always' }, code: 2 },
  ])('where $reason it ends with $code', ({ after, env, code }) => {
    const run = review(claim('storageGB: 30'), after, env);
    expect(run.code, run.stderr).toBe(code);
  });

  test('names the findings and their lines', () => {
    const run = review(claim('size: small'), claim('size: huge'));
    expect(run.summary).toContain('| `claims/db.yaml:7:3` | PostgresInstance shop/orders `spec.size` |');
    expect(run.sarif).toContain('"startLine": 7');
  });

  test('hands every input to the script as a variable', () => {
    const variables = [...read('package/action/review').matchAll(/\$\{?([A-Z_]+)/g)].map(([, name]) => name);
    const own = ['RUNNER_TEMP', 'GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY'];
    for (const name of variables.filter((each) => each !== undefined && !own.includes(each)))
      expect(read('action.yml')).toContain(`        ${name}: \${{`);
  });
});
