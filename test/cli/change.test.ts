import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { claimText, cli, folder, program, repository, write } from './run.ts';

describe('validate', async () => {
  test('names every problem of every file with its place, and counts what it did not judge', async () => {
    const cwd = folder({
      'a.yaml': claimText('PostgresInstance', 'orders', ['size: huge', 'storageGb: 5']),
      'b.yaml': `${claimText('DragonflyInstance', 'cache')}---\n${claimText('AgentExecutor', 'bot', ['size: tiny'])}`,
      'c.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n',
    });
    const run = await cli(['validate', '.'], cwd);
    expect(run.stdout.trim().split('\n')).toEqual([
      'a.yaml:7:3: PostgresInstance shop/orders spec.size: expected one of micro, small, medium, large, xlarge, 2xlarge, got "huge"',
      'a.yaml:8:3: PostgresInstance shop/orders spec.storageGb: is not a field; did you mean storageGB?',
      'b.yaml:14:3: AgentExecutor shop/bot spec.size: expected one of micro, small, medium, large, xlarge, 2xlarge, got "tiny"',
    ]);
    expect(run.stderr).toBe('1 of 3 claims valid, 3 problems; not judged, because no claim: 1 ConfigMap\n');
    expect(run.code).toBe(1);
  });

  test('judges a change with --old and with --revision', async () => {
    const cwd = repository({ 'db.yaml': claimText('PostgresInstance', 'orders', ['storageGB: 50']) });
    write(cwd, { 'db.yaml': claimText('PostgresInstance', 'orders', ['storageGB: 20']) });
    expect((await cli(['validate', 'db.yaml'], cwd)).code).toBe(0);
    const run = await cli(['validate', 'db.yaml', '--revision', 'main'], cwd);
    expect(run.stdout).toContain(
      'db.yaml:7:3: PostgresInstance shop/orders spec.storageGB: storageGB cannot shrink',
    );
    expect(run.code).toBe(1);
    write(cwd, { 'old.yaml': claimText('PostgresInstance', 'orders', ['storageGB: 30']) });
    expect((await cli(['validate', 'db.yaml', '--old', 'old.yaml'], cwd)).code).toBe(1);
  });

  test('finds what only the function knows', async () => {
    const cwd = folder({
      'a.yaml': claimText('PostgresInstance', 'orders', ['parameters:', '  shared_buffers: 64GB']),
    });
    const run = await cli(['validate', 'a.yaml'], cwd);
    expect(run.stdout).toContain('a.yaml:8:5: PostgresInstance shop/orders spec.parameters.shared_buffers');
  });

  test('says whose data a deletion would take', async () => {
    const cwd = folder({
      'a.yaml': claimText('PostgresInstance', 'open'),
      'b.yaml': claimText('PostgresInstance', 'protected', ['deletionProtection: true']),
      'c.yaml': claimText('DragonflyInstance', 'retained', ['deletionPolicy: Retain']),
      'd.yaml': claimText('AgentExecutor', 'bot', ['image: registry.example/worker:v1']),
    });
    const { code, stderr } = await cli(['validate', '.'], cwd);
    expect(code).toBe(0);
    expect(stderr).toContain('note: a deletion would take the data of PostgresInstance shop/open;');
  });

  test('says when one claim is there twice', async () => {
    const cwd = folder({
      'a.yaml': claimText('PostgresInstance', 'orders'),
      'b.yaml': claimText('PostgresInstance', 'orders'),
    });
    const run = await cli(['validate', '.'], cwd);
    expect(run.stderr).toContain(
      'PostgresInstance shop/orders is there 2 times, and a cluster takes one: a.yaml:1, b.yaml:1',
    );
    expect(run.code).toBe(0);
  });

  test('reads a List as kubectl prints it', () => {
    const item = claimText('PostgresInstance', 'orders', ['size: huge']);
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${item.trimEnd().replaceAll('\n', '\n  ')}\n`;
    const run = program(['validate', '-'], { input: list });
    expect(run.stdout).toContain('-:10:5: PostgresInstance shop/orders spec.size: expected one of');
  });
});

describe('diff', async () => {
  test.each([
    { from: [], to: ['deletionPolicy: Retain'], says: 'a deletion keeps what the claim made' },
    { from: ['deletionPolicy: Retain'], to: [], says: 'a deletion takes what the claim made' },
    { from: [], to: ['deletionProtection: true'], says: 'nobody can delete it' },
    { from: [], to: ['access: {}'], says: 'lets in, besides its own namespace, those alone that it names' },
    { from: ['deletionProtection: true'], to: [], says: 'it can be deleted' },
  ])('$says, from $from to $to', async ({ from, to, says }) => {
    const cwd = folder({
      'a.yaml': claimText('DragonflyInstance', 'cache', from),
      'b.yaml': claimText('DragonflyInstance', 'cache', to),
    });
    expect((await cli(['diff', 'a.yaml', 'b.yaml'], cwd)).stdout).toContain(says);
  });

  test('of nothing ends with 0', async () => {
    const cwd = folder({
      'a.yaml': claimText('PostgresInstance', 'orders'),
      'b.yaml': `# the same\n${claimText('PostgresInstance', 'orders', ['size: small'])}`,
    });
    const run = await cli(['diff', 'a.yaml', 'b.yaml'], cwd);
    expect(run.stdout).toBe('Nothing changes.\n');
    expect(run.code).toBe(0);
  });

  test('shows fields, effects and what is deleted, and ends with 1', async () => {
    const cwd = folder({
      'old/a.yaml': claimText('PostgresInstance', 'orders', ['monitoring: true']),
      'old/b.yaml': claimText('DragonflyInstance', 'cache', ['deletionProtection: true']),
      'new/a.yaml': claimText('PostgresInstance', 'orders', ['size: medium']),
    });
    const run = await cli(['diff', 'old', 'new'], cwd);
    const lines = run.stdout.split('\n');
    expect(lines).toContain('- DragonflyInstance shop/cache deleted old/b.yaml');
    expect(lines).toContain('  ✗ deletionProtection is on: the guard refuses this until it is set to false');
    expect(lines).toContain('~ PostgresInstance shop/orders new/a.yaml');
    expect(lines).toContain('    spec.size: small → medium');
    expect(lines).toContain('  ~ Cluster orders (cluster)  ⟳ restarts the instances, one after another');
    expect(lines).toContain('      spec.resources.limits.cpu: 1 → 2 ⟳');
    expect(lines).toContain('  - PodMonitor orders (pod-monitor) deleted');
    expect(lines.at(-2)).toBe(
      '2 of 2 claims changed; objects: 1 changed, 3 deleted; Pods stop or restart; a part of it cannot be undone',
    );
    expect(run.code).toBe(1);
  });

  test('does not say that nothing changes where it could not look', async () => {
    const cwd = folder({
      'a.yaml': claimText('PostgresInstance', 'orders'),
      'b.yaml': claimText('PostgresInstance', 'orders', ['size: huge']),
    });
    const run = await cli(['diff', 'a.yaml', 'b.yaml'], cwd);
    expect(run.stdout).toBe('0 of 1 claim changed; objects: none; 1 cannot be compared\n');
    expect(run.stderr).toContain('b.yaml:7:3: PostgresInstance shop/orders spec.size');
    expect(run.code).toBe(2);
  });

  test.each([
    { reason: 'a mistyped path', now: 'nwe', says: 'nwe: cannot be read: it does not exist' },
    { reason: 'a file that is not YAML', now: 'broken.yaml', says: 'broken.yaml:2:1: is not YAML' },
  ])('plans no deletion of what it could not read: $reason', async ({ now, says }) => {
    const cwd = folder({
      'old/a.yaml': claimText('PostgresInstance', 'orders'),
      'old/b.yaml': claimText('DragonflyInstance', 'cache'),
      'broken.yaml': 'spec: [\n',
    });
    const run = await cli(['diff', 'old', now], cwd);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain(
      'note: 2 claims are on one side only, and not shown: a file could not be read',
    );
    expect(run.stderr).toContain(says);
    expect(run.code).toBe(2);
  });

  test('shows what it could read beside what it could not', async () => {
    const cwd = folder({
      'old/a.yaml': claimText('PostgresInstance', 'orders'),
      'old/b.yaml': claimText('DragonflyInstance', 'cache'),
      'new/a.yaml': claimText('PostgresInstance', 'orders', ['size: medium']),
      'new/b.yaml': `${claimText('DragonflyInstance', 'cache')}  size: [\n`,
    });
    const run = await cli(['diff', 'old', 'new'], cwd);
    expect(run.stdout).toContain('~ PostgresInstance shop/orders');
    expect(run.stdout).not.toContain('DragonflyInstance');
    expect(run.stderr).toContain('new/b.yaml:7:');
    expect(run.code).toBe(2);
  });

  test('never shows what is in a Secret', async () => {
    const cwd = folder({
      'a.yaml': claimText('PostgresInstance', 'orders'),
      'b.yaml': claimText('PostgresInstance', 'orders', ['credentialsRevision: "2"']),
    });
    const run = await cli(['diff', 'a.yaml', 'b.yaml'], cwd);
    expect(run.stdout).toContain('data.password: another value !');
    expect(run.stdout).not.toMatch(/cGxhY2Vob2xkZXI|placeholder/);
  });

  test('takes inputs beside claims for claims on neither side', async () => {
    const cwd = repository({
      'a.yaml': claimText('PostgresInstance', 'orders'),
      'a.required.yaml': claimText('PostgresInstance', 'other'),
    });
    rmSync(join(cwd, 'a.required.yaml'));
    expect((await cli(['diff', '.', '--revision', 'HEAD'], cwd)).stdout).toBe('Nothing changes.\n');
  });

  test('finds the same files in Git as on disk', async () => {
    const cwd = repository({
      'deep/claims/a.yaml': claimText('PostgresInstance', 'orders'),
      'deep/claims/.hidden/b.yaml': claimText('PostgresInstance', 'hidden'),
      'deep/gone/c.yaml': claimText('PostgresInstance', 'gone'),
    });
    const nothing = { code: 0, stdout: 'Nothing changes.\n', stderr: '' };
    for (const path of ['claims', 'claims/a.yaml', './claims/', '../deep/claims'])
      expect(await cli(['diff', path, '--revision', 'HEAD'], join(cwd, 'deep'))).toEqual(nothing);
    rmSync(join(cwd, 'deep/gone'), { recursive: true });
    const run = await cli(['diff', '.', '--revision', 'HEAD'], cwd);
    expect(run.stdout).toContain('- PostgresInstance shop/gone deleted HEAD:deep/gone/c.yaml');
    expect(run.stdout).not.toContain('hidden');
  });

  test('against a Git revision sees changed, new and deleted files, and ends with 2 for what is refused', async () => {
    const cwd = repository({
      'claims/db.yaml': claimText('PostgresInstance', 'orders', ['version: "17"']),
      'claims/gone.yaml': claimText('PostgresInstance', 'gone'),
      'other.yaml': claimText('PostgresInstance', 'other'),
    });
    write(cwd, {
      'claims/db.yaml': claimText('PostgresInstance', 'orders', ['version: "16"']),
      'claims/new.yaml': claimText('DragonflyInstance', 'cache'),
    });
    rmSync(join(cwd, 'claims/gone.yaml'));
    const run = await cli(['diff', 'claims', '--revision', 'HEAD'], cwd);
    const heads = run.stdout.split('\n').filter((line) => /^[-+~±]/.test(line));
    expect(heads).toEqual([
      '+ DragonflyInstance shop/cache created claims/new.yaml',
      '- PostgresInstance shop/gone deleted HEAD:claims/gone.yaml',
      '~ PostgresInstance shop/orders claims/db.yaml',
    ]);
    expect(run.stdout).toContain('✗ refused by the API server: spec.version: version cannot go down');
    expect(run.code).toBe(2);
    expect((await cli(['diff', 'claims', '--revision', 'nowhere'], cwd)).stderr).toBe(
      'cannot read the Git revision: there is no nowhere\n',
    );
  });
});
