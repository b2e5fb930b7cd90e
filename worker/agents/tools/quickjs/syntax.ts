import type { QuickJSWASMModule } from 'quickjs-emscripten-core';
import { isJsonObject } from '../../../json.ts';
import { newQuickjs } from './engine.ts';

/** Where a script is not JavaScript, and why. */
export interface SyntaxProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** Memory for compiling alone, in MiB: nothing of the script runs. */
const MEMORY_MB = 32;

/** One instance for all scripts, until one of them breaks it: a definition may have thousands. */
let engine: Promise<QuickJSWASMModule> | undefined;

/** What the engine that runs scripts says of one before it runs; undefined when it can be compiled. */
export async function syntaxProblem(script: string): Promise<SyntaxProblem | undefined> {
  const quickjs = await (engine ??= newQuickjs(MEMORY_MB));
  try {
    return problemIn(quickjs, script);
  } catch (error) {
    engine = undefined;
    if (!(error instanceof RangeError)) throw error;
    return { message: 'it is nested too deeply', line: 1, column: 1 };
  }
}

function problemIn(quickjs: QuickJSWASMModule, script: string): SyntaxProblem | undefined {
  using vm = quickjs.newContext();
  using result = vm.evalCode(script, 'tool.js', { type: 'module', compileOnly: true });
  if (result.error === undefined) return undefined;
  const error: unknown = vm.dump(result.error);
  const told = (name: string) => {
    const value = isJsonObject(error) ? error[name] : undefined;
    return typeof value === 'string' ? value : '';
  };
  const [, line = '1', column = '1'] = /tool\.js:(\d+)(?::(\d+))?/.exec(told('stack')) ?? [];
  return { message: told('message') || 'it cannot be compiled', line: Number(line), column: Number(column) };
}
