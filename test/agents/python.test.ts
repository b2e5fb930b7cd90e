import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runPython } from '../../worker/agents/tools/python/process.ts';
import type { JsonObject } from '../../worker/json.ts';
import { startModelServer } from '../stubs/model-server.ts';
import type { ModelServer } from '../stubs/model-server.ts';
import { agentOn, completed, config, job, testRun } from './fixture.ts';

const limits = { timeoutMs: 5_000, memoryMb: 64 };
const never = new AbortController().signal;

/** Runs a function `t` with arguments. */
function call(script: string, args: JsonObject = {}, more: Partial<typeof limits> = {}, signal = never) {
  const request = {
    task: 'call',
    name: 't',
    script,
    args,
    state: { files: { '/a.md': { content: ['x'] } } },
    call_id: 'c1',
  };
  return runPython(request, { ...limits, ...more }, signal);
}

/** Seconds that no other process of the machine sleeps. */
const unique = 10_000_000 + process.pid;

const hasPython = (() => {
  try {
    return execFileSync('python3', ['-c', 'print(1)']).length > 0;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasPython)('a Python tool, where there is a python3', () => {
  test.each<[string, string, JsonObject]>([
    ['a text', 'def t(n): return "n is " + str(n)', { output: 'n is 4' }],
    ['a dict', 'def t(n): return {"n": n}', { output: { n: 4 } }],
    ['nothing', 'def t(n): pass', { output: null }],
    ['a coroutine', 'async def t(n): return n', { output: 4 }],
    ['its state', 'def t(n, state): return state["files"]["/a.md"]["content"]', { output: ['x'] }],
    [
      'what it printed left aside',
      'import sys\ndef t(n):\n  print("noise"); print("noise", file=sys.stderr)\n  return n',
      { output: 4 },
    ],
    ['an error', 'def t(n): raise ValueError("no such city")', { error: 'ValueError: no such city' }],
    ['a mistake in the script', 'def t(n: return', { error: expect.stringContaining('SyntaxError') }],
    ['no function', 'x = 1', { error: expect.stringContaining('defines no function or tool called t') }],
    ['an exit', 'import sys\ndef t(n): sys.exit(3)', { error: expect.stringContaining('SystemExit') }],
    [
      'a command, as LangGraph for Python has it',
      'class Command:\n  def __init__(self, update): self.update = update\ndef t(n, runtime):\n  return Command({"files": {"/b.md": {"content": ["y"]}}, "messages": [{"content": "done " + runtime.tool_call_id}]})',
      { output: { content: 'done c1', update: { files: { '/b.md': { content: ['y'] } } } } },
    ],
  ])('answers with %s', async (_reason, script, answer) => {
    expect(await call(script, { n: 4 })).toEqual(answer);
  });

  test('introduces itself', async () => {
    const script = 'def t(city: str, days: int = 3, state=None):\n  """Weather of a city."""';
    expect(await runPython({ task: 'face', name: 't', script }, limits, never)).toEqual({
      face: {
        description: 'Weather of a city.',
        parameters: {
          type: 'object',
          properties: { city: { type: 'string' }, days: { type: 'integer' } },
          required: ['city'],
        },
      },
    });
  });

  test('has an empty environment and nothing of the worker in it', async () => {
    process.env['SECRET_OF_THE_WORKER'] = 'hush';
    const { output } = await call('import os\ndef t(): return dict(os.environ)');
    delete process.env['SECRET_OF_THE_WORKER'];
    // Python sets the locale itself.
    expect(Object.keys(output as JsonObject).filter((name) => name !== 'LC_CTYPE')).toEqual([]);
  });

  test('has limits that it cannot lift', async () => {
    const script =
      'import resource\ndef t(): return [resource.getrlimit(r)[1] for r in (resource.RLIMIT_AS, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)]';
    expect(await call(script)).toEqual({ output: [1024 * 1024 * 1024, 16 * 1024 * 1024, 0] });
    expect(await call('def t(): return len(bytearray(2 * 1024 ** 3))')).toEqual({
      error: expect.stringContaining('MemoryError'),
    });
  });

  test('that does not end is ended with its children', async () => {
    const script = `import subprocess, time
def t():
  subprocess.Popen(["/bin/sleep", "${unique}1"])
  time.sleep(60)`;
    await expect(call(script, {}, { timeoutMs: 700 })).rejects.toThrow('longer than 0.7 s');
    await sleep(50);
    expect(commands()).not.toContain(`${unique}1`);
  });

  test('that ends and leaves children behind leaves none', async () => {
    await call(`import subprocess\ndef t(): subprocess.Popen(["/bin/sleep", "${unique}2"])`);
    await sleep(50);
    expect(commands()).not.toContain(`${unique}2`);
  });

  test('is ended with its job', async () => {
    const ending = new AbortController();
    setTimeout(() => ending.abort(new Error('cancelled')), 200);
    await expect(call('import time\ndef t(): time.sleep(60)', {}, {}, ending.signal)).rejects.toThrow(
      'cancelled',
    );
  });

  test('that says too much is cut off', async () => {
    await expect(call('def t(): return "x" * 3_000_000')).rejects.toThrow('more than');
  });
});

describe.skipIf(!hasPython)('a definition with a Python tool', () => {
  let models: ModelServer;
  beforeAll(async () => {
    models = await startModelServer();
  });
  afterAll(() => models.close());

  const of = (script: string): JsonObject => ({
    tool_definitions: [{ name: 'greet', runtime: { script, dependencies: [] } }],
    nodes: [
      {
        id: 'a',
        type: 'Orchestrator',
        config: config('a', { rounds: [[{ tool: 'greet', args: { name: 'Ada' } }]] }, { tools: ['greet'] }),
      },
    ],
  });

  test('runs where the worker allows it, as the predecessor’s did', async () => {
    const agent = agentOn(models.url, { python: 'subprocess' });
    completed(
      await agent.run(
        job('py', of('def greet(name: str):\n  """Greets."""\n  return "hello " + name')),
        testRun(),
      ),
    );
    expect(models.last()?.messages.find(({ role }) => role === 'tool')?.content).toBe('hello Ada');
    const face = models.last()?.tools?.find((one) => one.function.name === 'greet')?.function;
    expect(face).toMatchObject({ description: 'Greets.', parameters: { required: ['name'] } });
  });

  test('whose script cannot be loaded fails for good and says why', async () => {
    const agent = agentOn(models.url, { python: 'subprocess' });
    await expect(agent.run(job('py2', of('import no_such_package')), testRun())).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      message: expect.stringContaining("No module named 'no_such_package'"),
    });
  });

  test('does not run where the worker does not', async () => {
    const agent = agentOn(models.url);
    const marker = `/tmp/python-tool-ran-${process.pid}`;
    const running = agent.run(job('py3', of(`open("${marker}", "w")`)), testRun());
    await expect(running).rejects.toMatchObject({ code: 'INVALID_DEFINITION' });
    expect(existsSync(marker)).toBe(false);
  });
});

function commands(): string {
  return execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
}
