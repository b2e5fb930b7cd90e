import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { readYaml } from '../../render/yaml/read.ts';
import { outputSchema } from '../../cli/output/schema.ts';
import { widthOf } from '../../cli/output/wrap.ts';
import { drawTrees } from '../../cli/output/tree.ts';
import type { Tree } from '../../cli/output/trees.ts';
import { claimText, cli, folder, program } from './run.ts';

const validate = new Ajv({ strict: false }).compile(outputSchema());

const files = {
  'old.yaml': claimText('PostgresInstance', 'orders', ['size: small']),
  'new.yaml': claimText('PostgresInstance', 'orders', ['size: large', 'credentialsRevision: "2"']),
  'wrong.yaml': claimText('PostgresInstance', 'orders', ['size: huge']),
  'agent.yaml': claimText('AgentExecutor', 'bot', ['image: ghcr.io/x/y:v1']),
};

/** Every command with each of its formats, on claims that are right, change, or are wrong. */
const calls = [
  { args: ['validate', 'old.yaml'], code: 0 },
  { args: ['validate', 'wrong.yaml'], code: 1 },
  { args: ['diff', 'old.yaml', 'old.yaml'], code: 0 },
  { args: ['diff', 'old.yaml', 'new.yaml'], code: 1 },
  { args: ['diff', 'old.yaml', 'wrong.yaml'], code: 2 },
  { args: ['tree', 'agent.yaml'], code: 0 },
  { args: ['list', '.'], code: 0 },
];

describe('documents for machines', () => {
  test.each(calls.flatMap((call) => ['json', 'yaml'].map((format) => ({ ...call, format }))))(
    '$args -o $format fits its schema',
    async ({ args, code, format }) => {
      const run = await cli([...args, '-o', format], folder(files));
      expect(run.code, run.stderr).toBe(code);
      const document: unknown = format === 'json' ? JSON.parse(run.stdout) : readYaml(run.stdout)[0]?.value;
      expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    },
  );

  test('a format that a command has not is refused with those that it has', async () => {
    const run = await cli(['tree', 'agent.yaml', '-o', 'sarif'], folder(files));
    expect(run.stderr).toContain('expected text|yaml|json|markdown, got "sarif"');
    expect(run.code).toBe(2);
  });

  test('no value of a Secret is in a difference', async () => {
    const cwd = folder(files);
    for (const format of ['json', 'yaml', 'markdown', 'text']) {
      const { stdout } = await cli(['diff', 'old.yaml', 'new.yaml', '-o', format], cwd);
      expect(stdout).toContain('data.password');
      expect(stdout).not.toMatch(/placeholder|[A-Za-z0-9+/]{40}/);
    }
  });
});

describe('SARIF', () => {
  test('has a result where each finding is', async () => {
    const { stdout } = await cli(['validate', 'wrong.yaml', '-o', 'sarif'], folder(files));
    const log = JSON.parse(stdout) as { runs: { results: unknown[] }[] };
    expect(log.runs[0]?.results).toEqual([
      {
        ruleId: 'invalid-claim',
        ruleIndex: 0,
        level: 'error',
        message: { text: expect.stringMatching(/^PostgresInstance shop\/orders spec\.size: /) as string },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'wrong.yaml' },
              region: { startLine: 7, startColumn: 3 },
            },
          },
        ],
      },
    ]);
  });
});

describe('Markdown', () => {
  test('of a difference says first what it comes to, and lets each claim be unfolded', async () => {
    const { stdout } = await cli(['diff', 'old.yaml', 'new.yaml', '-o', 'markdown'], folder(files));
    expect(stdout.split('\n')[0]).toBe(
      '**1 of 1 claim changed; objects: 2 changed; Pods stop or restart; a part of it cannot be undone**',
    );
    expect(stdout).toContain('<details open><summary><b>PostgresInstance shop/orders</b> changed</summary>');
    expect(stdout).toContain('| Cluster orders | `spec.resources.limits.cpu` | `1` | `4` |');
  });

  test('of a validation has a row for each finding', async () => {
    const { stdout } = await cli(['validate', 'wrong.yaml', '-o', 'markdown'], folder(files));
    expect(stdout).toContain('**0 of 1 claims valid**');
    expect(stdout).toContain('| `wrong.yaml:7:3` | PostgresInstance shop/orders `spec.size` |');
  });
});

describe('on a terminal of 80 columns', () => {
  const tree: Tree = {
    claim: { kind: 'AgentExecutor', metadata: { name: 'research', namespace: 'agents' } },
    file: 'claim.yaml',
    size: 'medium',
    phase: 'Pending',
    message: 'Pods wait for Secret research-db-conn, Secret research-cache-conn, Secret research-llm-keys.',
    fill: '',
    resources: ['stream-network-policy', 'deployment'].map((key) => ({
      key,
      kind: 'NetworkPolicy',
      name: `research-${key}`,
      size: '500m–2 CPU, 1Gi–4Gi',
      ready: false,
      why: 'is being made',
    })),
    needs: [{ secret: 'research-llm-keys', users: ['deployment'], there: false, state: 'missing' }],
  };

  test.each([true, false])('no line of a tree is wider, with colors: %s', (colors) => {
    const lines = drawTrees([tree], { colors, columns: 80 }).split('\n');
    expect(lines.filter((line) => widthOf(line) > 80)).toEqual([]);
    expect(lines.join('\n')).toContain('├─ stream-network-policy  NetworkPolicy');
  });

  test('a tree that fits, and one for a file, has a line for each object', () => {
    for (const columns of [undefined, 130])
      expect(drawTrees([tree], { colors: false, columns }).split('\n')).toHaveLength(7);
  });
});

test('what goes into a pipe has no colors, on a CI system either', () => {
  const cwd = folder({
    'a.yaml': claimText('PostgresInstance', 'orders', ['size: small']),
    'b.yaml': claimText('PostgresInstance', 'orders', ['size: large']),
  });
  const run = program(['diff', 'a.yaml', 'b.yaml'], { cwd, env: { CI: 'true', TERM: 'xterm' } });
  expect(run.stdout).toContain('spec.size: small → large');
  expect(run.stdout).not.toContain('\u001b');
});
