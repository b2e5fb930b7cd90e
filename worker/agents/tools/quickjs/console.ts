import type { QuickJSContext, QuickJSHandle } from 'quickjs-emscripten-core';

/** Most that is kept of what a script prints, in characters. */
const PRINTED_LIMIT = 16 * 1024;

/** Runs inside the sandbox, before the script: its `console` is no function of the host. */
const source = `(() => {
  const printed = { text: '' };
  const { stringify } = JSON;
  const shown = (value) => {
    if (typeof value !== 'object' || value instanceof Error) return String(value);
    try {
      return String(stringify(value));
    } catch {
      return '[object]';
    }
  };
  const print = (...values) => {
    if (printed.text.length >= ${PRINTED_LIMIT}) return;
    printed.text = (printed.text + values.map(shown).join(' ') + '\\n').slice(0, ${PRINTED_LIMIT});
  };
  globalThis.console = { log: print, info: print, warn: print, error: print, debug: print };
  return printed;
})()`;

/** Gives the script a console. The answer tells what was printed so far, even when the script has been stopped. */
export function openConsole(vm: QuickJSContext): () => string {
  const printed = vm.unwrapResult(vm.evalCode(source, 'console.js'));
  return () => {
    // Reading a property runs nothing of the script's.
    const text: QuickJSHandle = vm.getProp(printed, 'text');
    if (vm.typeof(text) !== 'string') return '';
    return vm.getNumber(vm.getProp(text, 'length')) > PRINTED_LIMIT ? '' : vm.getString(text).trimEnd();
  };
}
