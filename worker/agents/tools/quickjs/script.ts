import type { QuickJSContext, QuickJSHandle, QuickJSRuntime } from 'quickjs-emscripten-core';
import { isJsonObject, parseJson } from '../../../json.ts';
import type { Json } from '../../../json.ts';
import { openConsole } from './console.ts';
import { newQuickjs } from './engine.ts';
import type { QuickjsAnswer, QuickjsCall } from './messages.ts';

/** What the script is called in stacks. */
const FILE = 'tool.js';
const PLACE = /\btool\.js:(\d{1,9}):(\d{1,9})/;

/** Deep enough for real recursion, far below what WebAssembly's own stack can take. */
const STACK_BYTES = 512 * 1024;

/** Longest result read out of the sandbox, in characters. */
const RESULT_LIMIT = 2 * 1024 * 1024;

/**
 * Runs a script once: its default export is called with the arguments and its answer, or the promise of one, comes back as
 * JSON. Each call gets a WebAssembly instance of its own, so that not even a fault in QuickJS shows it the data of another.
 * The script sees the ECMAScript globals and a console and nothing else; no function of the host can be reached from it. What
 * it prints is its answer where it returns nothing, and is told with an error.
 */
export async function runScript(call: QuickjsCall): Promise<QuickjsAnswer> {
  const runtime = (await newQuickjs(call.memoryMb)).newRuntime();
  const deadline = Date.now() + call.timeoutMs;
  runtime.setMaxStackSize(STACK_BYTES);
  runtime.setInterruptHandler(() => Date.now() > deadline);
  const vm = runtime.newContext();
  const printed = openConsole(vm);
  try {
    const text = evaluate(runtime, vm, call);
    const output = text === undefined ? printed() || undefined : parseJson(text);
    return { kind: 'output', output };
  } catch (error) {
    const why = Date.now() > deadline ? `it ran longer than ${call.timeoutMs / 1000} s` : told(error);
    const lines = printed();
    return { kind: 'error', message: lines === '' ? why : `${why}\nIt printed:\n${lines}` };
  }
  // Nothing is disposed of: the instance goes as a whole.
}

/** An error in words, with the line of the script that it comes from. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // QuickJS's own error, which the script may have made into anything.
  const cause = error.cause as Json | undefined;
  // With no room left for an error, QuickJS throws this.
  if (cause === null) return 'it threw null, or was out of memory';
  const stack = isJsonObject(cause) ? cause['stack'] : undefined;
  const place = typeof stack === 'string' ? PLACE.exec(stack) : null;
  return place === null ? error.message : `${error.message} (line ${place[1]}, column ${place[2]})`;
}

/** JSON of the answer; undefined when there is none. */
function evaluate(
  runtime: QuickJSRuntime,
  vm: QuickJSContext,
  { script, args, context }: QuickjsCall,
): string | undefined {
  // Taken before the script runs, which may put its own in their place.
  const json = vm.getProp(vm.global, 'JSON');
  const [parse, stringify] = [vm.getProp(json, 'parse'), vm.getProp(json, 'stringify')];
  const given = [args, context].map((value) =>
    vm.unwrapResult(vm.callFunction(parse, json, vm.newString(JSON.stringify(value)))),
  );
  const module = settled(runtime, vm, vm.unwrapResult(vm.evalCode(script, FILE, { type: 'module' })));
  const main = vm.getProp(module, 'default');
  if (vm.typeof(main) !== 'function') {
    throw new Error(
      'the script has no function as its default export: expected "export default (args, state) => …"',
    );
  }
  const output = settled(runtime, vm, vm.unwrapResult(vm.callFunction(main, vm.undefined, ...given)));
  const text = vm.unwrapResult(vm.callFunction(stringify, json, output));
  if (vm.typeof(text) !== 'string') return undefined;
  const length = vm.getNumber(vm.getProp(text, 'length'));
  if (length > RESULT_LIMIT) {
    throw new Error(`the answer has ${length} characters as JSON, more than ${RESULT_LIMIT}`);
  }
  return vm.getString(text);
}

/** The value of a promise, once the jobs that it waits for have run; any other value as it is. */
function settled(runtime: QuickJSRuntime, vm: QuickJSContext, value: QuickJSHandle): QuickJSHandle {
  for (;;) {
    const state = vm.getPromiseState(value);
    if (state.type === 'fulfilled') return state.notAPromise === true ? value : state.value;
    if (state.type === 'rejected') vm.unwrapResult({ error: state.error });
    const done = runtime.executePendingJobs();
    if (done.error !== undefined) vm.unwrapResult({ error: done.error });
    else if (done.value === 0 && vm.getPromiseState(value).type === 'pending') {
      throw new Error(
        'the script waits for something that cannot happen: there are no timers and no network',
      );
    }
  }
}
