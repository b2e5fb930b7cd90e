import { describe, expect, test } from 'vitest';
import { sources } from './sources.ts';
import type { Source } from './sources.ts';

/** Floors, lowest first: a file may import from its own floor and from those below it, by these prefixes. */
const floors: readonly { readonly files: RegExp; readonly mayImport: RegExp }[] = [
  { files: /^command-line\//, mayImport: /^command-line\// },
  { files: /^worker\/env\.ts$/, mayImport: /^worker\/env-models\.ts$/ },
  { files: /^worker\/((env-models|streams|json|telemetry)\.ts$|threads\/entry\.ts$)/, mayImport: /^$/ },
  { files: /^functions\/composition\//, mayImport: /^functions\/composition\// },
  { files: /^functions\/kube\//, mayImport: /^functions\/(composition|kube)\// },
  {
    files: /^functions\/kinds\/registry\.ts$/,
    mayImport: /^functions\/(composition\/contract\.ts|kinds\/[a-z-]+\/compose\.ts)/,
  },
  {
    files: /^functions\/kinds\//,
    mayImport: /^(functions\/(composition|kube|kinds)\/|worker\/(env|streams)\.ts$)/,
  },
  { files: /^functions\/wire\//, mayImport: /^functions\/(composition|wire)\// },
  { files: /^functions\/worker-image\.ts$/, mayImport: /^package\.json$/ },
  {
    files: /^functions\/server\/options\.ts$/,
    mayImport: /^(command-line\/|functions\/(server\/|worker-image\.ts$))/,
  },
  { files: /^functions\/server\//, mayImport: /^functions\/(composition|wire|server)\// },
  { files: /^functions\/(main|program)\.ts$/, mayImport: /^(command-line\/|functions\/|package\.json$)/ },
  { files: /^worker\/program\.ts$/, mayImport: /^(command-line\/|worker\/|package\.json$)/ },
  { files: /^worker\/(main\.ts|commands\/)/, mayImport: /^(command-line|worker)\// },
  {
    files:
      /^worker\/(ports|sources|job-store|job-filter|job-options|rejection|thread-states|thread-store|asked-stores|assistant-store|cron-store|item-store)\.ts$/,
    mayImport:
      /^worker\/(ports|sources|job-store|job-filter|job-options|rejection|thread-states|thread-store|asked-stores|assistant-store|cron-store|item-store|json|telemetry)\.ts$/,
  },
  { files: /^worker\/(migrate|statement|caller)\.ts$/, mayImport: /^$/ },
  {
    files: /^worker\/jobs\/(rules\/|digest\.ts$)/,
    mayImport:
      /^worker\/(jobs\/(rules\/|digest\.ts$)|(ports|sources|job-store|job-filter|job-options|rejection|thread-states|thread-store|asked-stores|assistant-store|cron-store|item-store|json|telemetry)\.ts$)/,
  },
  {
    files: /^worker\/jobs\//,
    mayImport:
      /^worker\/(jobs\/|(ports|sources|job-store|job-filter|job-options|rejection|thread-states|thread-store|asked-stores|assistant-store|cron-store|item-store|json|telemetry)\.ts$)/,
  },
  {
    files: /^worker\/observability\//,
    mayImport: /^worker\/(observability|jobs)\/|^worker\/(env|ports|telemetry)\.ts$/,
  },
  {
    files: /^worker\/agents\//,
    mayImport:
      /^worker\/(agents\/|jobs\/rules\/|threads\/entry\.ts$|(ports|sources|job-store|job-filter|job-options|rejection|thread-states|thread-store|asked-stores|assistant-store|cron-store|item-store|json|telemetry|statement)\.ts$)/,
  },
  {
    files: /^worker\/adapters\//,
    mayImport:
      /^worker\/((adapters|jobs|observability)\/|threads\/entry\.ts$|(ports|sources|job-store|job-filter|job-options|rejection|thread-states|thread-store|asked-stores|assistant-store|cron-store|item-store|json|telemetry|migrate|statement)\.ts$)/,
  },
  {
    files: /^worker\/config\//,
    mayImport:
      /^worker\/((config|adapters|agents|jobs|observability)\/|(env|streams|ports|job-options|json|caller)\.ts$)/,
  },
  {
    files: /^worker\/http\//,
    mayImport:
      /^(worker\/((http|jobs|observability)\/|(ports|sources|job-store|job-filter|job-options|rejection|thread-states|thread-store|asked-stores|assistant-store|cron-store|item-store|caller|json|telemetry)\.ts$)|package\.json$)/,
  },
  { files: /^worker\/ui\/run\//, mayImport: /^worker\/ui\/run\// },
  { files: /^worker\/ui\/api\//, mayImport: /^worker\/ui\/(api|run)\// },
  { files: /^worker\/ui\/view\//, mayImport: /^worker\/ui\/(view\/|run\/|api\/|[a-z-]+\.ts$)/ },
  { files: /^worker\/ui\//, mayImport: /^worker\/ui\// },
  { files: /^worker\/(serve\/|threads\/start\.ts$)/, mayImport: /^worker\// },
  { files: /^render\/yaml\//, mayImport: /^(render\/yaml|functions\/composition)\// },
  {
    files: /^render\/schema\/unknown-fields\.ts$/,
    mayImport: /^(command-line\/closest\.ts|functions\/composition\/)/,
  },
  { files: /^render\/schema\//, mayImport: /^(render\/(yaml|schema)|functions\/composition)\// },
  {
    files: /^render\/reconcile\//,
    mayImport: /^(render\/reconcile\/|functions\/(composition\/|worker-image\.ts$))/,
  },
  { files: /^render\//, mayImport: /^(render|functions\/composition)\// },
  { files: /^cli\/main\.ts$/, mayImport: /^(command-line\/|cli\/|worker\/threads\/start\.ts$)/ },
  {
    files: /^cli\/program\.ts$/,
    mayImport: /^(command-line\/|cli\/|worker\/commands\/(jobs|dead)\.ts$|package\.json$)/,
  },
  {
    files: /^cli\/commands\/schema\.ts$/,
    mayImport: /^(command-line|cli|render|worker\/agents\/definition\/json-schema\.ts)/,
  },
  { files: /^cli\/commands\/agent(-[a-z]+)?\.ts$/, mayImport: /^(command-line|cli|worker\/commands)\// },
  {
    files: /^cli\/agents\//,
    mayImport:
      /^(command-line|cli|render|functions\/composition|worker\/(agents\/(definition|tools\/quickjs)|commands))\//,
  },
  {
    files: /^cli\/verify\/settings\.ts$/,
    mayImport: /^(cli\/|functions\/(composition\/|kube\/platform\.ts$))/,
  },
  {
    files: /^cli\//,
    mayImport: /^((command-line|cli|render|functions\/(composition|kinds))\/|package\.json$)/,
  },
];

const isPath = (target: string) => /\.(tsx?|json|sql)$/.test(target);

/** Same input, same bytes: no package but types, nothing of Node's, no clock and no chance. */
const pure =
  /^(functions\/(composition|kube|kinds)\/|worker\/jobs\/rules\/|worker\/ui\/run\/|worker\/(env|env-models|streams)\.ts$)/;
const impure = /\b(process\.|Date\.now|new Date\(\)|Math\.random|fetch\(|setTimeout|setInterval|console\.)/;

const product = sources('command-line', 'functions', 'render', 'cli', 'worker');

const named = (files: readonly Source[]) => files.map((file) => [file.path, file] as const);

describe('imports point one way', () => {
  test.each(named(product))('%s', (path, { imports }) => {
    const floor = floors.find(({ files }) => files.test(path));
    expect(floor, 'a floor for this file').toBeDefined();
    const strays = imports
      .map(({ target }) => target)
      .filter((target) => isPath(target) && !floor?.mayImport.test(target));
    expect(strays).toEqual([]);
  });

  test('no kind imports another', () => {
    const strays = product.flatMap(({ path, imports }) => {
      const kind = /^functions\/kinds\/([a-z-]+)\//.exec(path)?.[1];
      if (kind === undefined) return [];
      const others = imports.filter(
        ({ target }) =>
          /^functions\/kinds\/[a-z-]+\//.test(target) && !target.startsWith(`functions/kinds/${kind}/`),
      );
      return others.map(({ target }) => `${path} -> ${target}`);
    });
    expect(strays).toEqual([]);
  });
});

describe('pure files', () => {
  test.each(named(product.filter(({ path }) => pure.test(path))))('%s', (_path, { imports, text }) => {
    const packages = imports.filter(({ target, typeOnly }) => !typeOnly && !isPath(target));
    expect(packages.map(({ target }) => target)).toEqual([]);
    expect(impure.exec(text.replaceAll(/\/\*\*[\s\S]*?\*\/|\/\/.*$/gm, ''))?.[0]).toBeUndefined();
  });
});

describe('rooms are small', () => {
  test.each(
    named(
      sources('command-line', 'functions', 'render', 'cli', 'worker', 'generate', 'package', 'bench', 'test'),
    ),
  )('%s', (path, { lines }) => {
    expect(lines).toBeLessThanOrEqual(250);
    expect(path).not.toMatch(/\/(utils?|helpers?|common|types|index)\.tsx?$/);
  });
});

test('the SDK is named in one file', () => {
  const users = sources('functions', 'render', 'cli', 'worker').filter(({ imports }) =>
    imports.some(({ target }) => target.startsWith('@crossplane-org/')),
  );
  expect(users.map(({ path }) => path)).toEqual(['functions/wire/sdk.ts']);
});
