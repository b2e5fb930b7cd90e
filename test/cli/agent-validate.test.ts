import { describe, expect, test } from 'vitest';
import { cli, folder } from './run.ts';

const node = (config: object, more: object = {}) => ({
  nodes: [
    {
      id: 'a',
      type: 'Orchestrator',
      config: { name: 'a', system_prompt: 'x', model: { provider: 'openai' }, ...config },
    },
  ],
  ...more,
});
const tool = (runtime: object, name = 'count') => ({
  tool_definitions: [{ name, description: 'Counts.', runtime }],
});

describe('agent validate needs no key, and says where what is wrong stands', () => {
  test.each([
    {
      reason: 'an unknown field',
      definition: node({ system_promt: 'x' }),
      says: /config\.system_promt: is not a field/,
    },
    {
      reason: 'a misspelt one, with what was meant',
      definition: node({ model: { provider: 'openai', temperatur: 1 } }),
      says: /temperatur: is not a field of a definition; did you mean temperature\?/,
    },
    {
      reason: 'a misspelt one where more is allowed than anybody reads',
      definition: node({}, { tool_definition: [] }),
      says: /tool_definition: is read by nobody; did you mean tool_definitions\?/,
    },
    {
      reason: 'a tool that is nearly there',
      definition: node({ tools: ['cout'] }, tool({ kind: 'quickjs', script: 'export default () => 1' })),
      says: /"cout" cannot be listed: .*; did you mean "count"\?/,
    },
    {
      reason: 'JavaScript that is none',
      definition: node({}, tool({ kind: 'quickjs', script: 'export default (a => a' })),
      says: /runtime\.script: is not JavaScript: .* \(line 1, column \d+ of the script\)/,
    },
    {
      reason: 'a script that is not there',
      definition: node({}, tool({ kind: 'quickjs', script_file: 'none.js' })),
      says: /runtime\.script_file: cannot read .*none\.js: it does not exist/,
    },
    {
      reason: 'a value of the wrong kind',
      definition: node({ system_prompt: true }),
      says: /system_prompt: expected a text/,
    },
  ])('$reason', async ({ definition, says }) => {
    const cwd = folder({ 'a.json': JSON.stringify(definition, undefined, 2) });
    const run = await cli(['agent', 'validate', 'a.json'], cwd);
    expect(run.stdout).toMatch(says);
    expect(run.stdout).toMatch(/^a\.json:\d+:\d+: /);
    expect(run.code).toBe(1);
  });

  test('everything at once, in JSON and in YAML, with the line of each', async () => {
    const yaml = `nodes:
  - id: a
    type: Orchestrator
    config:
      name: a
      system_promt: x
      model: { provider: openia }
      tools: [none]
`;
    const { stdout } = await cli(['agent', 'validate', 'a.yaml'], folder({ 'a.yaml': yaml }));
    const places = stdout
      .trim()
      .split('\n')
      .map((line) => /^a\.yaml:(\d+):/.exec(line)?.[1]);
    expect(places).toEqual(['4', '6', '7', '8']);
  });

  test('an answer of YAML is what the run reads: y is a text', async () => {
    const yaml =
      'nodes: [{ id: a, type: specialist, config: { name: y, system_prompt: y, model: { provider: openai } } }]\n';
    expect((await cli(['agent', 'validate', 'a.yaml'], folder({ 'a.yaml': yaml }))).code).toBe(0);
  });

  test.each([
    {
      name: 'a.json',
      content: '{\n\t"nodes": [\n\t\t{"id": "a" "type": "x"}]}',
      says: 'a.json:3:14: is not JSON: ',
    },
    { name: 'a.yaml', content: 'nodes:\n  - a: b: c\n', says: 'a.yaml:2:' },
    { name: 'a.json', content: '[]', says: 'a.json: expected an object in JSON or YAML' },
  ])('$content', async ({ name, content, says }) => {
    const run = await cli(['agent', 'validate', name], folder({ [name]: content }));
    expect(run.stdout).toContain(says);
    expect(run.code).toBe(1);
  });

  test('the syntax of a script beside the definition, by its own lines', async () => {
    const cwd = folder({
      'a.json': JSON.stringify(
        node({ tools: ['count'] }, tool({ kind: 'quickjs', script_file: 'tools/count.js' })),
      ),
      'tools/count.js': 'export default () => {\n  return 1 +;\n};\n',
    });
    const run = await cli(['agent', 'validate', 'a.json'], cwd);
    expect(run.stdout).toMatch(/^tools\/count\.js:2:\d+: is not JavaScript: /);
  });
});

test('agent print puts scripts where their files were named', async () => {
  const cwd = folder({
    'a.yaml': JSON.stringify(node({}, tool({ kind: 'quickjs', script_file: 'count.js' }))),
    'count.js': 'export default () => 1;\n',
  });
  const run = await cli(['agent', 'print', 'a.yaml'], cwd);
  expect(JSON.parse(run.stdout)).toMatchObject(
    tool({ kind: 'quickjs', script: 'export default () => 1;\n' }),
  );
});

describe('new', () => {
  test.each([
    ['new', 'claim', 'PostgresInstance', 'orders'],
    ['new', 'claim', 'AgentExecutor', 'bot'],
    ['new', 'claim', 'dragonflyinstance', 'cache', '--all'],
  ])('%s %s %s %s prints what is valid', async (...args) => {
    const { stdout } = await cli(args, folder({}));
    const run = await cli(['validate', 'claim.yaml'], folder({ 'claim.yaml': stdout }));
    expect(run.stdout + run.stderr).toContain('1 of 1 claims valid, 0 problems');
  });

  test('agent prints what is valid', async () => {
    const { stdout } = await cli(['new', 'agent', 'helper'], folder({}));
    const run = await cli(['agent', 'validate', 'a.json'], folder({ 'a.json': stdout }));
    expect(run.stderr).toContain('1 of 1 definitions valid, 0 problems');
  });

  test.each([
    { args: ['new', 'claim', 'PostgressInstance', 'x'], says: 'did you mean PostgresInstance?' },
    { args: ['new', 'kind', 'ObjectThing'], says: 'this folder is no checkout of zerotouch' },
  ])('$args is told what would be right', async ({ args, says }) => {
    const run = await cli(args, folder({}));
    expect(run.stderr).toContain(says);
    expect(run.code).toBe(2);
  });
});
