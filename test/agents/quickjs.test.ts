import { afterAll, describe, expect, test } from 'vitest';
import type { QuickjsAnswer, QuickjsCall } from '../../worker/agents/tools/quickjs/messages.ts';
import { ThreadPool } from '../../worker/agents/tools/threads/pool.ts';
import { evaluation, never, quickjsCall as call } from './quickjs-call.ts';

const pool = new ThreadPool<QuickjsCall, QuickjsAnswer>('quickjs', 2);

afterAll(() => pool.close());

const evaluate = (expression: string) => evaluation(pool, expression);

describe('a script in QuickJS', () => {
  test.each([
    ['a text', 'export default ({ name }) => `hello ${name}`', 'hello Ada'],
    ['an object', 'export default ({ name }) => ({ name, n: [1, null] })', { name: 'Ada', n: [1, null] }],
    ['a promise', 'export default async ({ name }) => { await null; return name }', 'Ada'],
    ['a file', 'export default (_, { files }) => files["/a.md"].length', 5],
    ['nothing', 'export default () => {}', undefined],
    ['top-level await', 'const x = await Promise.resolve(4); export default () => x', 4],
  ])('answers with %s', async (_reason, script, output) => {
    const answer = await pool.run(
      call(script, { args: { name: 'Ada' }, context: { files: { '/a.md': 'lines' } } }),
      never,
      'job',
    );
    expect(answer).toEqual({ kind: 'output', output });
  });

  test.each([
    ['throws', 'throw new TypeError("no such city")', 'no such city'],
    ['is no module', ')', 'token'],
    ['waits for ever', 'return new Promise(() => {})', 'cannot happen'],
    ['recurses for ever', 'const f = () => f() + 1; f()', 'stack'],
    ['answers too much', 'return "x".repeat(3_000_000)', 'more than'],
    ['takes too much memory', 'const a = []; for (;;) a.push("x".repeat(100_000))', 'out of memory'],
    ['takes it in one piece', 'return new Uint8Array(2 ** 30).length', 'out of memory'],
    ['takes it in many', 'const a = []; for (;;) a.push({})', 'out of memory'],
    ['takes it in small arrays', 'const a = []; for (;;) a.push(new Uint8Array(1000))', 'out of memory'],
    ['answers in a circle', 'const a = {}; a.a = a; return a', 'circular'],
    ['answers through a trap', 'return { toJSON() { throw new Error("trapped") } }', 'trapped'],
  ])('fails with a word for the model when it %s', async (_reason, body, message) => {
    const answer = await evaluate(body);
    expect(answer).toEqual({ kind: 'error', message: expect.stringContaining(message) });
  });

  test.each([
    {
      reason: 'thrown',
      script: 'export default () => {\n  throw new Error("no")\n}',
      place: 'no (line 2, column 18)',
    },
    {
      reason: 'of the engine, in a function',
      script: 'const f = (a) =>\n  a.b.c\n\nexport default () => f({})',
      place: '(line 2, column 6)',
    },
    { reason: 'at the top', script: '\n\nnull.x; export default () => 1', place: '(line 3, column ' },
    { reason: 'of syntax', script: 'export default () => 1\nlet = ;', place: '(line 2, column ' },
    {
      reason: 'of a promise',
      script: 'export default async () => {\n\n  null.x }',
      place: '(line 3, column ',
    },
  ])('says the line of an error $reason', async ({ script, place }) => {
    const answer = await pool.run(call(script), never, 'job');
    expect(answer).toEqual({ kind: 'error', message: expect.stringContaining(place) });
  });

  test('has no default export: says what is expected', async () => {
    const answer = await pool.run(call('export const run = () => 1'), never, 'job');
    expect(answer).toEqual({ kind: 'error', message: expect.stringContaining('export default') });
  });
});

describe('what a script prints', () => {
  test.each([
    {
      reason: 'is its answer where it returns nothing',
      body: 'console.log("a", 1, { b: [2] })',
      output: 'a 1 {"b":[2]}',
    },
    { reason: 'is left out where it returns something', body: 'console.log("a"); return "b"', output: 'b' },
    { reason: 'has a line for each call', body: 'console.info("a"); console.warn("b")', output: 'a\nb' },
    {
      reason: 'may be anything',
      body: 'const a = {}; a.a = a; console.error(new TypeError("t"), a, 1n, undefined, Symbol("s"), () => 1)',
      output: 'TypeError: t [object] 1 undefined Symbol(s) () => 1',
    },
    {
      reason: 'is bounded',
      body: 'for (let i = 0; i < 100_000; i += 1) console.log("x".repeat(99))',
      output: `${'x'.repeat(99)}\n`.repeat(200).slice(0, 16_384).trimEnd(),
    },
    {
      reason: 'is bounded whatever the script makes of texts',
      body: 'String.prototype.slice = () => "y".repeat(100_000); console.log("x")',
      output: undefined,
    },
  ])('$reason', async ({ body, output }) => {
    expect(await evaluate(body)).toEqual({ kind: 'output', output });
  });

  test('is told with an error, and with the end of its time', async () => {
    const failed = await evaluate('console.log("so far"); throw new Error("no")');
    expect(failed).toMatchObject({
      message: expect.stringMatching(/^no \(line 1, .*\)\nIt printed:\nso far$/),
    });
    const full = await evaluate(`console.log("so far"); const a = []; for (;;) a.push({})`);
    expect(full).toMatchObject({
      message: expect.stringMatching(/^out of memory[^]*\nIt printed:\nso far$/),
    });
    const stopped = call('export default () => { console.log("so far"); for (;;) {} }', { timeoutMs: 200 });
    expect(await pool.run(stopped, never, 'job')).toEqual({
      kind: 'error',
      message: 'it ran longer than 0.2 s\nIt printed:\nso far',
    });
  });
});

describe('what a script can reach', () => {
  test.each([
    'process',
    'require',
    'fetch',
    'setTimeout',
    'WebAssembly',
    'XMLHttpRequest',
    'Deno',
    'std',
    'os',
  ])('not %s', async (name) => {
    expect(await evaluate(`return typeof globalThis.${name}`)).toEqual({
      kind: 'output',
      output: 'undefined',
    });
  });

  test.each([
    ['the constructor of a constructor', 'return [].constructor.constructor("return typeof process")()'],
    ['an indirect eval', 'return (0, eval)("typeof process")'],
    ['the constructor of an argument', 'return (function () {}).constructor("return typeof process")()'],
    ['a generator', 'return (function* () {}).constructor("yield typeof process")().next().value'],
    [
      'an error’s stack',
      'try { null.x } catch (e) { return /node:|file:|worker_threads/.test(e.stack) ? "host" : "undefined" }',
    ],
  ])('not the host through %s', async (_reason, body) => {
    expect(await evaluate(body)).toEqual({ kind: 'output', output: 'undefined' });
  });

  test('no module of the host', async () => {
    for (const name of [
      'node:fs',
      'fs',
      './main.ts',
      'file:///etc/passwd',
      'data:text/javascript,0',
      'std',
      'os',
    ]) {
      const statically = await pool.run(
        call(`import * as m from "${name}"; export default () => 1`),
        never,
        'job',
      );
      expect(statically.kind, name).toBe('error');
      const answer = await pool.run(
        call(`export default async () => { await import("${name}") }`),
        never,
        'job',
      );
      expect(answer.kind, name).toBe('error');
    }
  });

  test('nothing of the call before it', async () => {
    await evaluate('globalThis.left = "here"; Object.prototype.left = "here"; Array.prototype.map = null');
    for (let again = 0; again < 4; again += 1) {
      expect(await evaluate('return [typeof left, ({}).left ?? null, typeof [].map]')).toEqual({
        kind: 'output',
        output: ['undefined', null, 'function'],
      });
    }
  });

  test('no prototype of the host through its arguments or its answer', async () => {
    const args = JSON.parse(
      '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}}}',
    ) as QuickjsCall['args'];
    const answer = await pool.run(
      call('export default (a) => JSON.parse(\'{"__proto__": {"polluted": 1}}\')', { args }),
      never,
      'job',
    );
    expect(answer.kind).toBe('output');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });
});
