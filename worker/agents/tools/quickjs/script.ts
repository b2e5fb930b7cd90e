import variant from '@jitl/quickjs-singlefile-mjs-release-sync';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSRuntime,
} from 'quickjs-emscripten-core';
import { parseJson } from '../../../json.ts';
import type { QuickjsAnswer, QuickjsCall } from './messages.ts';

// @types/node has the types of WebAssembly, not its constructors.
const { Memory } = Reflect.get(globalThis, 'WebAssembly') as {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => object;
};

const PAGES_PER_MIB = 16;

/** What an instance has from the start, its own stack and tables included; the memory of a script comes on top. */
const INITIAL_PAGES = 16 * PAGES_PER_MIB;

/** Deep enough for real recursion, far below what WebAssembly's own stack can take. */
const STACK_BYTES = 512 * 1024;

/** Longest result read out of the sandbox, in characters. */
const RESULT_LIMIT = 2 * 1024 * 1024;

/**
 * Runs a script once: its default export is called with the arguments and its answer, or the promise of one, comes back as
 * JSON. Each call gets a WebAssembly instance of its own, so that not even a fault in QuickJS shows it the data of another.
 * The script sees the ECMAScript globals and nothing else; no function of the host can be reached from it.
 */
export async function runScript(call: QuickjsCall): Promise<QuickjsAnswer> {
  // QuickJS's own limit counts no bytes in this build, so the memory itself has an end.
  const maximum = INITIAL_PAGES + call.memoryMb * PAGES_PER_MIB;
  const wasmMemory = new Memory({ initial: INITIAL_PAGES, maximum });
  const quickjs = await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory }));
  const runtime = quickjs.newRuntime();
  const deadline = Date.now() + call.timeoutMs;
  runtime.setMaxStackSize(STACK_BYTES);
  runtime.setInterruptHandler(() => Date.now() > deadline);
  try {
    const text = evaluate(runtime, call);
    return { kind: 'output', output: text === undefined ? undefined : parseJson(text) };
  } catch (error) {
    if (Date.now() > deadline)
      return { kind: 'error', message: `it ran longer than ${call.timeoutMs / 1000} s` };
    return { kind: 'error', message: error instanceof Error ? error.message : String(error) };
  }
  // Nothing is disposed of: the instance goes as a whole.
}

/** JSON of the answer; undefined when there is none. */
function evaluate(runtime: QuickJSRuntime, { script, args, context }: QuickjsCall): string | undefined {
  const vm = runtime.newContext();
  // Taken before the script runs, which may put its own in their place.
  const json = vm.getProp(vm.global, 'JSON');
  const [parse, stringify] = [vm.getProp(json, 'parse'), vm.getProp(json, 'stringify')];
  const given = [args, context].map((value) =>
    vm.unwrapResult(vm.callFunction(parse, json, vm.newString(JSON.stringify(value)))),
  );
  const module = settled(runtime, vm, vm.unwrapResult(vm.evalCode(script, 'tool.js', { type: 'module' })));
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
