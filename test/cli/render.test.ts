import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readYaml } from '../../render/yaml/read.ts';
import { goldenCases, root } from '../golden/cases.ts';
import { claimText, cli, folder, program, start, write } from './run.ts';

const secret = `apiVersion: v1
kind: Secret
metadata:
  name: orders-conn
  namespace: shop
type: kubernetes.io/basic-auth
data:
  password: c2VjcmV0LW9mLXRoZS1jbHVzdGVy
`;

describe('what is printed', async () => {
  test('is the golden file, with -x, -r and the inputs beside the example', async () => {
    const ready = (await goldenCases()).find(({ name }) => name === 'postgres-instance/ready');
    if (ready === undefined) throw new Error('no such example');
    const run = await cli(['render', '-xr', '--inputs', ready.example], root);
    expect(run.stdout).toBe(readFileSync(join(root, ready.golden), 'utf8'));
    expect(run.code).toBe(0);
  });

  test('says which inputs lie there unused', async () => {
    const run = await cli(['render', 'examples/postgres-instance/ready.yaml'], root);
    expect(run.stderr).toContain(
      'ready.observed.yaml and examples/postgres-instance/ready.required.yaml not used',
    );
  });

  test('takes a Secret from -e, and a folder of several claims', async () => {
    const cwd = folder({
      'claims/b.yaml': claimText('DragonflyInstance', 'cache'),
      'claims/deep/a.yml': `${claimText('PostgresInstance', 'orders')}---\n${claimText('PostgresInstance', 'bills')}`,
      'claims/config.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: x }\n',
      'given/secret.yaml': secret,
    });
    const run = await cli(['render', 'claims', '-e', 'given'], cwd);
    const documents = readYaml(run.stdout).map(({ value }) => JSON.stringify(value));
    expect(documents.filter((each) => each.includes('"kind":"Cluster","metadata"'))).toHaveLength(2);
    expect(documents.filter((each) => each.includes('"c2VjcmV0LW9mLXRoZS1jbHVzdGVy"'))).not.toHaveLength(0);
    expect(run.stderr).toContain(
      'the password of DragonflyInstance shop/cache, PostgresInstance shop/bills is a placeholder',
    );
    expect(run.stderr).toContain('left out what is no claim: 1 ConfigMap');
    expect(run.code).toBe(0);
  });

  test('takes it that a cluster had nothing to say', async () => {
    const cwd = folder({
      'a.yaml': claimText('PostgresInstance', 'orders'),
      'empty.yaml': '# nothing\n',
    });
    const run = await cli(['render', 'a.yaml', '-o', 'empty.yaml', '-e', 'empty.yaml'], cwd);
    expect(run.stderr).not.toContain('empty.yaml');
    expect(run.code).toBe(0);
  });

  test('reads the standard input, and gives a namespace to a claim without one', () => {
    const input = claimText('PostgresInstance', 'orders').replace('  namespace: shop\n', '');
    expect(program(['render', '-'], { input }).stdout).toContain('namespace: default\n');
    expect(program(['render', '-', '-n', 'team'], { input }).stdout).toContain('namespace: team\n');
  });

  test('is what renders, beside what does not', async () => {
    const cwd = folder({
      'good.yaml': claimText('PostgresInstance', 'orders'),
      'bad.yaml': claimText('PostgresInstance', 'bills', ['size: huge']),
      'refused.yaml': claimText('PostgresInstance', 'gifts', ['parameters: { shared_buffers: 64GB }']),
    });
    const run = await cli(['render', '.'], cwd);
    expect(run.stdout).toContain('name: orders-conn');
    expect(run.stderr).toContain('bad.yaml:7:3: PostgresInstance shop/bills spec.size: expected one of');
    expect(run.stderr).toContain(
      'refused.yaml:7:17: PostgresInstance shop/gifts spec.parameters.shared_buffers',
    );
    expect(run.code).toBe(1);
  });

  test('has another password each time with --generate-secrets, and the same bytes without', async () => {
    const cwd = folder({ 'a.yaml': claimText('PostgresInstance', 'orders') });
    expect(await cli(['render', 'a.yaml'], cwd)).toEqual(await cli(['render', 'a.yaml'], cwd));
    const one = await cli(['render', 'a.yaml', '--generate-secrets'], cwd);
    const other = await cli(['render', 'a.yaml', '--generate-secrets'], cwd);
    expect(one.stdout).not.toBe(other.stdout);
    expect(one.stderr).toBe('');
  });

  test('names the Secrets that nobody supplies, and not those of another claim', async () => {
    const cwd = folder({
      'agent.yaml': claimText('AgentExecutor', 'bot', ['image: registry.example/bot:v1']),
      'db.yaml': claimText('PostgresInstance', 'bot-db'),
    });
    const run = await cli(['render', '.'], cwd);
    const note = run.stderr.split('\n').find((line) => line.includes('needs Secrets'));
    expect(note).toContain(
      'AgentExecutor shop/bot needs Secrets that none of the inputs has: bot-cache-conn (',
    );
    expect(note).not.toContain('bot-db-conn');
  });

  test.each([
    {
      reason: 'other models are opened',
      env: '[{ name: BEDROCK_REGION, value: eu-central-1 }]',
      needs: false,
    },
    { reason: 'nothing is', env: '[]', needs: true },
  ])('says of the keys of models what a cluster would, where $reason', async ({ env, needs }) => {
    const cwd = folder({ 'agent.yaml': claimText('AgentExecutor', 'bot', [`env: ${env}`]) });
    const [{ stderr }, tree] = [await cli(['render', '.'], cwd), await cli(['tree', '.'], cwd)];
    expect(stderr).toContain('bot-db-conn (');
    expect(stderr.includes('bot-llm-keys (ANTHROPIC_API_KEY, OPENAI_API_KEY)')).toBe(needs);
    expect(tree.stdout.includes('bot-llm-keys')).toBe(needs);
  });

  test('can be cut off by whoever reads it', () => {
    const main = join(root, 'cli/main.ts');
    const command = `"${process.execPath}" "${main}" render examples | head -n 1`;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: root, encoding: 'utf8' });
    expect(stdout).toBe('---\n');
    expect(stderr).not.toContain('EPIPE');
  });
});

test('--output-dir writes a file for each object', async () => {
  const cwd = folder({ 'a.yaml': claimText('PostgresInstance', 'orders') });
  const run = await cli(['render', '--output-dir', 'out', 'a.yaml', '-r'], cwd);
  expect(run.stdout).toBe('');
  expect(run.stderr).toContain('wrote 6 files below out');
  expect(readdirSync(join(cwd, 'out/shop/postgresinstance-orders')).toSorted()).toEqual([
    'claim.yaml',
    'cluster.yaml',
    'conn.yaml',
    'result-1.yaml',
    'result-2.yaml',
    'result-3.yaml',
  ]);
  expect(readFileSync(join(cwd, 'out/shop/postgresinstance-orders/cluster.yaml'), 'utf8')).toContain(
    'kind: Cluster',
  );
  write(cwd, { file: '' });
  const refused = await cli(['render', '--output-dir', 'file/below', 'a.yaml'], cwd);
  expect(refused.stderr).toContain('cannot write to file/below: a part of its path is not a folder');
  expect(refused.code).toBe(2);
});

test('--tree draws what a claim makes and who supplies what it needs', async () => {
  const cwd = folder({
    'agent.yaml': claimText('AgentExecutor', 'bot', [
      'image: registry.example/bot:v1',
      'stream: { management: none }',
    ]),
    'db.yaml': claimText('PostgresInstance', 'bot-db', ['instances: 3', 'storageGB: 50']),
  });
  const { stdout } = await cli(['render', '--tree', 'agent.yaml', 'db.yaml'], cwd);
  const lines = stdout.split('\n').map((line) => line.replaceAll(/ {2,}/g, '  ').trimEnd());
  expect(lines[0]).toBe('AgentExecutor shop/bot · medium · Pending · agent.yaml');
  expect(lines).toContain(
    '├─ scaled-object  ScaledObject bot-scaler  1 to 10 Pods  not ready: is being made',
  );
  expect(stdout).toMatch(/├─ Secret bot-db-conn +for deployment +made by PostgresInstance shop\/bot-db\n/);
  expect(stdout).toContain('missing: none of the inputs has it');
  expect(lines).toContain(
    '├─ cluster  Cluster bot-db  3 × 250m–1 CPU, 512Mi–2Gi, 50Gi disk  not ready: The database is being made.',
  );
  expect(stdout).not.toContain('\u001b[');
});

/** `render --watch` on a path, once it watches. */
async function watch(path: string, cwd: string) {
  const child = start(['render', '--watch', path], cwd);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await expect.poll(() => stderr, { timeout: 30_000 }).toContain(`watching ${path}`);
  return {
    stdout: () => stdout,
    async prints(text: string) {
      await expect.poll(() => stdout, { timeout: 30_000 }).toContain(text);
    },
    async says(text: string) {
      await expect.poll(() => stderr, { timeout: 30_000 }).toContain(text);
    },
    end: () => {
      child.kill('SIGINT');
      return once(child, 'exit');
    },
  };
}

test('--watch renders again when a file changes, also when an editor replaces it', async () => {
  const cwd = folder({ 'a.yaml': claimText('PostgresInstance', 'first') });
  const watching = await watch('a.yaml', cwd);
  expect(watching.stdout()).toContain('name: first-conn');
  write(cwd, { 'a.yaml': claimText('PostgresInstance', 'second') });
  await watching.prints('name: second-conn');
  write(cwd, { 'a.yaml': 'kind: [' });
  await watching.says('a.yaml:1:');
  write(cwd, { 'new.yaml': claimText('PostgresInstance', 'third') });
  spawnSync('mv', ['new.yaml', 'a.yaml'], { cwd });
  await watching.prints('name: third-conn');
  expect(await watching.end()).toEqual([0, null]);
});

test('--watch of a folder sees files that are replaced, again and again, and new folders', async () => {
  const cwd = folder({ 'claims/deep/a.yaml': claimText('PostgresInstance', 'first') });
  const watching = await watch('claims', cwd);
  for (const name of ['second', 'third', 'fourth']) {
    write(cwd, { saved: claimText('PostgresInstance', name) });
    spawnSync('mv', ['saved', 'claims/deep/a.yaml'], { cwd });
    await watching.prints(`name: ${name}-conn`);
  }
  write(cwd, { 'claims/other/b.yaml': claimText('PostgresInstance', 'fifth') });
  await watching.prints('name: fifth-conn');
  expect(await watching.end()).toEqual([0, null]);
});

test('--xrd puts a changed definition to the test', async () => {
  const xrd = readFileSync(join(root, 'xrds/postgresinstances.database.bizmatters.io.yaml'), 'utf8');
  const cwd = folder({
    'a.yaml': claimText('PostgresInstance', 'orders'),
    'xrd.yaml': xrd.replace('default: small', 'default: large'),
  });
  expect((await cli(['render', '-x', 'a.yaml'], cwd)).stdout).toContain('size: small');
  expect((await cli(['render', '-x', '--xrd', 'xrd.yaml', 'a.yaml'], cwd)).stdout).toContain('size: large');
});

describe('--help', async () => {
  test.each(['render', 'validate', 'diff'])('of %s lists every flag', async (command) => {
    const run = await cli([command, '--help'], root);
    expect(run.stdout).toMatch(new RegExp(`^Usage: zerotouch ${command} `));
    expect(run.stdout).toContain('-n, --namespace NAME');
    expect(run.code).toBe(0);
  });
});
