import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { kinds } from '../../functions/kinds/registry.ts';
import { folderOf } from '../../generate/xrds.ts';
import { filesIn, read } from './sources.ts';

interface Definition {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly defaultCompositionRef: { readonly name: string };
    readonly versions: readonly { readonly name: string }[];
  };
}

interface Composition {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly compositeTypeRef: { readonly apiVersion: string; readonly kind: string };
    readonly pipeline: readonly { readonly functionRef: { readonly name: string } }[];
  };
}

const definitions = filesIn('xrds/*.yaml').map((path) => load(read(path)) as Definition);
const compositions = filesIn('compositions/*.yaml').map((path) => load(read(path)) as Composition);

const identity = (apiVersion: string, kind: string) => `${kind} (${apiVersion})`;
const defined = definitions.map(({ spec }) =>
  identity(`${spec.group}/${spec.versions[0]?.name}`, spec.names.kind),
);
describe('every kind has all of its parts', () => {
  test('what is defined is what is composed by the function', () => {
    expect(kinds.map(({ apiVersion, kind }) => identity(apiVersion, kind)).toSorted()).toEqual(
      defined.toSorted(),
    );
  });

  test('what is defined has a Composition of the same name, which alone may be used', () => {
    expect(compositions.map(({ metadata }) => metadata.name)).toEqual(
      definitions.map(({ metadata }) => metadata.name),
    );
    for (const { metadata, spec } of definitions) expect(spec.defaultCompositionRef.name).toBe(metadata.name);
    expect(
      compositions
        .map(({ spec }) => identity(spec.compositeTypeRef.apiVersion, spec.compositeTypeRef.kind))
        .toSorted(),
    ).toEqual(defined.toSorted());
  });

  test('each Composition has one step, which calls our function', () => {
    for (const { spec } of compositions)
      expect(spec.pipeline.map(({ functionRef }) => functionRef.name)).toEqual([
        'bizmatters-function-zerotouch',
      ]);
  });

  test('whoever may edit a namespace may edit the claims in it', () => {
    const text = read('package/cluster/claim-access.yaml');
    for (const { metadata, spec } of definitions) {
      const plural = metadata.name.slice(0, -`.${spec.group}`.length);
      expect(text.match(new RegExp(`\\b${plural}\\b`, 'g')), plural).toHaveLength(2);
    }
  });

  test.each(kinds.map(({ kind }) => kind))('%s has types, examples and goldens', (kind) => {
    const folder = folderOf(kind);
    for (const path of [`functions/kinds/${folder}/xr.gen.ts`, `examples/${folder}/minimal.yaml`])
      expect(filesIn(path), path).toEqual([path]);
    const cases = filesIn(`examples/${folder}/*.yaml`).filter(
      (path) => !/\.(observed|required)\.yaml$/.test(path),
    );
    const goldens = filesIn(`test/golden/${folder}/*.yaml`);
    expect(goldens.map((path) => path.split('/').at(-1))).toEqual(
      cases.map((path) => path.split('/').at(-1)),
    );
  });
});
