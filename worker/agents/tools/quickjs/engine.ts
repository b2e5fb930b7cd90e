import variant from '@jitl/quickjs-singlefile-mjs-release-sync';
import { newQuickJSWASMModuleFromVariant, newVariant } from 'quickjs-emscripten-core';
import type { QuickJSWASMModule } from 'quickjs-emscripten-core';

/** A module as WebAssembly has compiled it: of no use to us but for making instances. */
interface Compiled {
  readonly compiled: unique symbol;
}

/** What we need of WebAssembly: @types/node has its types and neither its constructors nor its functions. */
interface WebAssemblyApi {
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => object;
  instantiate: (bytes: Uint8Array, imports: object) => Promise<{ readonly module: Compiled }>;
}

const webAssembly = Reflect.get(globalThis, 'WebAssembly') as WebAssemblyApi;

const PAGES_PER_MIB = 16;

/** What an instance has from the start, its own stack and tables included; the memory of a script comes on top. */
const INITIAL_PAGES = 16 * PAGES_PER_MIB;

let compiled: Promise<Compiled> | undefined;

/** Compiles QuickJS. Its package has no other way to its module than to look on while it makes a first instance. */
async function compile(): Promise<Compiled> {
  const { instantiate } = webAssembly;
  let found: Compiled | undefined;
  webAssembly.instantiate = async (bytes, imports) => {
    const made = await instantiate(bytes, imports);
    found = made.module;
    return made;
  };
  try {
    await newQuickJSWASMModuleFromVariant(newVariant(variant, {}));
  } finally {
    webAssembly.instantiate = instantiate;
  }
  if (found === undefined)
    throw new Error('cannot compile QuickJS: its package makes instances in another way');
  return found;
}

/** An instance of QuickJS with memory of its own, whose end is `memoryMb` MiB above what it starts with. Compiled once a thread. */
export async function newQuickjs(memoryMb: number): Promise<QuickJSWASMModule> {
  compiled ??= compile();
  const wasmModule = await compiled;
  // QuickJS's own limit counts no bytes in this build, so the memory itself has an end.
  const maximum = INITIAL_PAGES + memoryMb * PAGES_PER_MIB;
  const wasmMemory = new webAssembly.Memory({ initial: INITIAL_PAGES, maximum });
  return newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmModule, wasmMemory }));
}
