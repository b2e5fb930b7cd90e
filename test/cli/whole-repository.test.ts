import { describe, expect, test } from 'vitest';
import { claimText, cli, folder } from './run.ts';

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

  test('a file that could be a claim is not skipped', async () => {
    const cwd = folder({ ...files, 'claims/bad.yaml': `${header}spec: { size: {{ .Values.size }} }\n` });
    const run = await cli(['validate', '.'], cwd);
    expect(run.stdout).toContain('claims/bad.yaml:1:1: is not YAML: ');
    expect(run.code).toBe(1);
  });
});
