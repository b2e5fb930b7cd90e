import { execFileSync } from 'node:child_process';
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claimText, cli, folder, program, repository } from './run.ts';

const header = claimText('PostgresInstance', 'orders').replace('spec: {}\n', '');

describe('a whole repository', () => {
  const files = {
    '.gitlab-ci.yml': 'build:\n  script: !reference [.setup, script]\n',
    'chart/templates/deployment.yaml': '{{- if .Values.on }}\nkind: Deployment\n{{- end }}\n',
    'chart/values.yaml': '# nothing yet\n',
    'playbook.yml': '- hosts: all\n',
    'stack.yaml': 'Resources:\n  Queue: !Ref Name\n',
    'blob.yaml': new Uint8Array([0, 255, 254]),
    'claims/good.yaml': `${header}spec: {}\n`,
  };
  const rest = ': 2 not YAML, 1 unreadable, 1 template, 1 empty, 1 not an object';

  test.each(['validate', 'render'])('%s skips what is no claim, and counts it', async (command) => {
    const run = await cli([command, '.'], folder(files));
    expect(run.stderr.split(rest)).toHaveLength(2);
    expect(run.code).toBe(0);
  });

  test('whoever names a file is told what is wrong with it', async () => {
    const run = await cli(['validate', 'stack.yaml', 'claims'], folder(files));
    expect(run.stdout).toBe('stack.yaml:2:10: is not YAML: unknown scalar tag !<!Ref>\n');
    expect(run.code).toBe(1);
  });

  test.each([['validate'], ['diff', '--revision', 'HEAD']])(
    '%s leaves out what is to be ignored',
    async (...command) => {
      const bad = `${header}spec: { size: {{ .Values.size }} }\n`;
      const cwd = repository({ ...files, 'chart/templates/db.yaml': bad, 'db.tpl.yaml': bad });
      const ignore = ['--ignore', 'chart/', '--ignore', '*.tpl.yaml'];
      expect((await cli([...command, '.'], cwd)).code).not.toBe(0);
      expect((await cli([...command, ...ignore, '.'], cwd)).code).toBe(0);
      // Whoever names a file means it.
      expect((await cli([...command, ...ignore, 'db.tpl.yaml'], cwd)).code).not.toBe(0);
    },
  );

  test('charts of Helm are left to Helm, whatever kinds their templates name', async () => {
    const chart = {
      'tenant/Chart.yaml': 'apiVersion: v2\nname: tenant\nversion: 1.0.0\n',
      'tenant/templates/db.yaml': `{{- range .Values.databases }}\n${header}spec: {{ .spec }}\n{{- end }}\n`,
    };
    const cwd = repository({ ...files, ...chart });
    const run = await cli(['validate', '.'], cwd);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain('1 of 1 claims valid, 0 problems');
    expect(run.stderr).toContain('2 template');
    expect((await cli(['diff', '--revision', 'HEAD', '.'], cwd)).code).toBe(0);
    // Whoever names a template is told.
    expect((await cli(['validate', 'tenant/templates/db.yaml'], cwd)).code).toBe(1);
  });

  test('claims in another encoding are not skipped', async () => {
    const latin = Buffer.from(`# f\u00fcr alle\n${header}spec: {}\n`, 'latin1');
    const run = await cli(['validate', '.'], folder({ ...files, 'claims/latin.yaml': latin }));
    expect(run.stdout).toBe('claims/latin.yaml: cannot be read: it is not text in UTF-8\n');
    expect(run.code).toBe(1);
  });

  test('links that lead nowhere, as editors leave them, are skipped, and links to folders are not followed', async () => {
    const cwd = folder(files);
    for (const [link, target] of [
      ['.#claims.yaml', 'somebody@somewhere'],
      ['loop.yaml', 'loop.yaml'],
      ['again', '.'],
    ] as const)
      symlinkSync(target, join(cwd, link));
    const run = await cli(['validate', '.'], cwd);
    expect(run.stderr).toContain('1 of 1 claims valid, 0 problems');
    expect(run.stderr).toContain('3 unreadable');
    expect(run.code).toBe(0);
  });

  test('pipes are not read: nobody may ever write to one', async () => {
    const cwd = folder(files);
    execFileSync('mkfifo', [join(cwd, 'claims/pipe.yaml')]);
    symlinkSync('pipe.yaml', join(cwd, 'claims/link.yaml'));
    const run = await cli(['validate', '.'], cwd);
    expect(run.stderr).toContain('1 of 1 claims valid, 0 problems');
    expect(run.code).toBe(0);
  });

  test('what may not be read could be claims, and hides nothing else', () => {
    const cwd = folder({ ...files, 'claims/closed/a.yaml': '', 'claims/closed.yaml': '' });
    chmodSync(join(cwd, 'claims/closed'), 0);
    chmodSync(join(cwd, 'claims/closed.yaml'), 0);
    const run = program(['validate', '.'], { cwd, asAnybody: true });
    chmodSync(join(cwd, 'claims/closed'), 0o700);
    expect(run.stdout).toBe(
      'claims/closed: cannot be read: it may not be read\nclaims/closed.yaml: cannot be read: it may not be read\n',
    );
    expect(run.stderr).toContain('1 of 1 claims valid');
    expect(run.code).toBe(1);
  });

  test('of thousands of files, in less than as many handles and processes', async () => {
    const many: [string, string][] = Array.from({ length: 3000 }, (_, index) => [
      `${index % 50}/${index}.yaml`,
      'kind: ConfigMap\napiVersion: v1\n',
    ]);
    const db = claimText('DragonflyInstance', 'cache');
    const cwd = repository(
      { ...files, 'cache.txt': db, ...Object.fromEntries(many) },
      { 'cache.yaml': 'cache.txt', 'nowhere.yaml': '../nowhere' },
    );
    expect((await cli(['validate', '.'], cwd)).stderr).toContain('3000 ConfigMap');
    const run = await cli(['diff', '--revision', 'HEAD', '.'], cwd);
    expect(run).toMatchObject({ code: 0, stdout: 'Nothing changes.\n' });
  });

  test('a file that could be a claim is not skipped', async () => {
    const cwd = folder({ ...files, 'claims/bad.yaml': `${header}spec: { size: {{ .Values.size }} }\n` });
    const run = await cli(['validate', '.'], cwd);
    expect(run.stdout).toContain('claims/bad.yaml:1:1: is not YAML: ');
    expect(run.code).toBe(1);
  });
});

test('the examples of this repository are valid together, as claims of one cluster', async () => {
  const run = await cli(['validate', 'examples'], join(import.meta.dirname, '../..'));
  expect(run.stdout).toBe('');
  expect(run.code).toBe(0);
});
