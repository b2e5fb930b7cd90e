import Module from 'node:module';

/** Where modules that stand for packages of the worker find what these export. */
const SHARED = Symbol.for('zerotouch.shared-packages');
const SCHEME = 'zerotouch:';

/**
 * Lets the modules below a folder import packages of this process: a bundle has no files that they could find. Other modules
 * are not concerned. Throws an Error where Node is too old, which runs all else of the program.
 */
export function sharePackages(folder: URL, provided: ReadonlyMap<string, object>): void {
  if (!('registerHooks' in Module))
    throw new Error(`agents in code need Node 24, and this is ${process.version}`);
  Reflect.set(globalThis, SHARED, provided);
  Module.registerHooks({
    resolve(specifier, context, next) {
      const isOurs = provided.has(specifier) && context.parentURL?.startsWith(folder.href);
      if (!isOurs) return next(specifier, context);
      return { url: `${SCHEME}${specifier}`, format: 'module', shortCircuit: true };
    },
    load(url, context, next) {
      const exported = url.startsWith(SCHEME) ? provided.get(url.slice(SCHEME.length)) : undefined;
      if (exported === undefined) return next(url, context);
      const source = moduleOf(url.slice(SCHEME.length), Object.keys(exported));
      return { format: 'module', source, shortCircuit: true };
    },
  });
}

/** A module that exports what the package does, under the same names. */
function moduleOf(name: string, exported: readonly string[]): string {
  const values = exported.map((key, index) => `const v${index} = from[${JSON.stringify(key)}];`);
  const names = exported.map((key, index) => `v${index} as ${JSON.stringify(key)}`);
  return [
    `const from = globalThis[Symbol.for(${JSON.stringify(SHARED.description)})].get(${JSON.stringify(name)});`,
    ...values,
    `export { ${names.join(', ')} };`,
  ].join('\n');
}
