import { expect, test } from 'vitest';
import { claimText, cli, folder } from './run.ts';

const executor = (...spec: string[]) => claimText('AgentExecutor', 'bot', spec);

test.each([
  {
    reason: 'a rule of the nested kind, by its own defaults',
    spec: ['database:', '  backup:', '    objectStore: platform', '    schedule: 99 * * * * *'],
    says: /a\.yaml:10:7: AgentExecutor shop\/bot spec\.database\.backup\.schedule: /,
  },
  {
    reason: 'what only the code of the nested kind knows',
    spec: ['database:', '  parameters:', '    archive_mode: "off"'],
    says: /a\.yaml:9:7: AgentExecutor shop\/bot spec\.database\.parameters\.archive_mode: /,
  },
  {
    reason: 'a field that the nested kind has not',
    spec: ['cache:', '  storageGb: 5'],
    says: /spec\.cache\.storageGb: is not a field; .*storageGB/,
  },
])('validate says of $reason where it stands', async ({ spec, says }) => {
  const run = await cli(['validate', 'a.yaml'], folder({ 'a.yaml': executor(...spec) }));
  expect(run.stdout).toMatch(says);
  expect(run.code).toBe(1);
});

test('a change that the nested claim refuses is one of the claim', async () => {
  const cwd = folder({
    'old.yaml': executor('cache:', '  storageGB: 20', 'database: {}'),
    'new.yaml': executor('cache: {}'),
    'name.yaml': executor('cache:', '  storageGB: 20', 'database:', '  name: shared'),
  });
  const run = await cli(['validate', '--old', 'old.yaml', 'new.yaml'], cwd);
  expect(run.stdout).toContain(
    'spec.database: database cannot be taken out, because the database would be deleted',
  );
  const named = await cli(['validate', '--old', 'old.yaml', 'name.yaml'], cwd);
  expect(named.stdout).toContain('spec.database: database cannot be taken out');
  const diff = await cli(['diff', 'old.yaml', 'name.yaml'], cwd);
  expect(diff.stdout).toContain('the database it makes is deleted with it');
});

test('a nested claim and one of its name cannot both be', async () => {
  const cwd = folder({
    'a.yaml': executor('database: {}'),
    'b.yaml': claimText('PostgresInstance', 'bot-db', []),
  });
  const run = await cli(['validate', '.'], cwd);
  expect(run.stdout).toContain(
    'a.yaml:7:3: AgentExecutor shop/bot spec.database: only one claim may have name shop/bot-db at PostgresInstance, and so has PostgresInstance shop/bot-db (b.yaml:1)',
  );
});

test('what a nested claim becomes is drawn, and its Secret is not called missing', async () => {
  const cwd = folder({ 'a.yaml': executor('database: {}') });
  const tree = await cli(['tree', 'a.yaml'], cwd);
  expect(tree.stdout).toContain('PostgresInstance shop/bot-db · small');
  expect(tree.stdout).toContain('Cluster bot-db');
  expect(tree.stdout).not.toContain('Secret bot-db-conn  for deployment  missing');
  const render = await cli(['render', 'a.yaml'], cwd);
  expect(render.stderr).toContain('drawn with --tree: PostgresInstance shop/bot-db');
  expect(render.stdout).not.toContain('kind: Cluster');
});

test('what a change of a nested claim comes to is shown', async () => {
  const cwd = folder({
    'old.yaml': executor('database: {}'),
    'new.yaml': executor('database:', '  size: medium', 'cache: {}'),
    'bad.yaml': executor('database:', '  size: huge'),
  });
  const diff = await cli(['diff', 'old.yaml', 'new.yaml'], cwd);
  expect(diff.stdout).toContain('PostgresInstance shop/bot-db');
  expect(diff.stdout).toMatch(/~ Cluster bot-db \(cluster\) .*restarts the instances/);
  expect(diff.stdout).toContain('DragonflyInstance shop/bot-cache');
  const bad = await cli(['diff', 'old.yaml', 'bad.yaml'], cwd);
  expect(bad.stdout).not.toContain('PostgresInstance shop/bot-db');
});
