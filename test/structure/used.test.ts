import { describe, expect, test } from 'vitest';
import { kinds } from '../../functions/kinds/registry.ts';
import { folderOf } from '../../generate/xrds.ts';
import { variables } from '../../worker/env.ts';
import { failures } from '../../worker/jobs/rules/failures.ts';
import { brokenRules } from '../engine/broken-rules.ts';
import { kindNames, offerNamed } from '../claims/offers.ts';
import { filesIn, read, sources } from './sources.ts';

const product = sources(
  'bench',
  'cli',
  'command-line',
  'functions',
  'generate',
  'package',
  'render',
  'worker',
);
const everything = [...product, ...sources('test')];
const words = (text: string) => new Set(text.match(/\w+/g));
const textOf = (paths: readonly string[]) => paths.map(read).join('\n');

/** A message with all the names; vitest would cut the list short. */
function naming(found: readonly string[], what: string): string {
  return `${what}: ${found.join(', ')}`;
}

describe('what is declared is used', () => {
  /** In how many files each word stands. */
  const files = new Map<string, number>();
  for (const { text } of everything)
    for (const word of words(text)) files.set(word, (files.get(word) ?? 0) + 1);

  test('every function, class and constant that is exported, in another file', () => {
    const unused = everything.flatMap(({ path, text }) =>
      [...text.matchAll(/^export (?:async )?(?:abstract )?(?:function|class|const) (\w+)/gm)]
        .filter(([, name = '']) => files.get(name) === 1)
        .map(([, name]) => `${name} of ${path}`),
    );
    expect(unused, naming(unused, 'exported and used by nobody else')).toEqual([]);
  });

  test('every variable of the worker, by the worker', () => {
    const worker = words(textOf(filesIn('worker/**/*.ts').filter((path) => !path.startsWith('worker/env'))));
    const unread = Object.keys(variables).filter((name) => !worker.has(name));
    expect(unread, naming(unread, 'read by nobody')).toEqual([]);
  });

  test('every flag, by the command that has it', () => {
    const unread = ['bench', 'cli', 'functions', 'generate', 'package', 'test', 'worker'].flatMap(
      (folder) => {
        const code = sources(folder)
          .map(({ text }) => text)
          .join('\n');
        const declared = [...code.matchAll(/^ +'?([\w-]+)'?: \{[^}]*?\bhelp:/gm)].map(
          ([, name = '']) => name,
        );
        const rest = code.replaceAll(/^ +'?[\w-]+'?: \{/gm, '');
        const isRead = (name: string) =>
          new RegExp(`\\.${name}\\b|\\b${name}[,} ]|'${name}'[\\]),:]`).test(rest);
        return declared.filter((name) => !isRead(name)).map((name) => `--${name} in ${folder}`);
      },
    );
    expect(unread, naming(unread, 'read by nobody')).toEqual([]);
  });

  test('every failure code, by the worker', () => {
    const declared = 'worker/jobs/rules/failures.ts';
    const worker = textOf(filesIn('worker/**/*.ts').filter((path) => path !== declared));
    const missing = Object.keys(failures).filter((code) => !worker.includes(`'${code}'`));
    expect(missing, naming(missing, 'nobody fails so')).toEqual([]);
  });
});

describe.each(kinds.map(({ kind, schema }) => ({ kind, fields: Object.keys(schema.properties ?? {}) })))(
  'every field of $kind',
  ({ kind, fields }) => {
    const folder = folderOf(kind);

    test('is read by its code, by what kinds share, or by a policy', () => {
      const own = filesIn(`functions/kinds/${folder}/**/*.ts`).filter((path) => !path.endsWith('.gen.ts'));
      const known = words(
        textOf([...own, ...filesIn('functions/kube/*.ts'), ...filesIn('package/cluster/*.yaml')]),
      );
      const missing = fields.filter((field) => !known.has(field));
      expect(missing, naming(missing, 'read by nobody')).toEqual([]);
    });

    test('is shown by an example', () => {
      const examples = textOf(filesIn(`examples/${folder}/*.yaml`));
      const missing = fields.filter((field) => !new RegExp(`^ {2}${field}:`, 'm').test(examples));
      expect(missing, naming(missing, 'in no example')).toEqual([]);
    });
  },
);

/** Messages of the rules in CEL, wherever they stand in the schema. */
function messagesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { 'x-kubernetes-validations': rules = [], ...rest } = schema as {
    'x-kubernetes-validations'?: readonly { readonly message: string }[];
  };
  return [...rules.map(({ message }) => message), ...Object.values(rest).flatMap(messagesIn)];
}

test.each(kindNames)('every rule of %s is broken by a claim in test/engine/broken-rules.ts', (kind) => {
  const broken = brokenRules.filter((each) => each.kind === kind);
  const messages = messagesIn(offerNamed(kind).definition.openApi);
  expect(messages.length).toBeGreaterThan(0);
  const missing = messages.filter((message) => !broken.some(({ says }) => message.startsWith(says)));
  expect(missing, naming(missing, 'broken by no claim')).toEqual([]);
  const gone = broken
    .map(({ says }) => says)
    .filter((says) => !messages.some((each) => each.startsWith(says)));
  expect(gone, naming(gone, 'no rule says so')).toEqual([]);
});
