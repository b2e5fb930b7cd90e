import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import { filesIn, read } from '../structure/sources.ts';

interface ImageConfig {
  readonly spec: {
    readonly matchImages: readonly { readonly prefix: string }[];
    readonly rewriteImage?: { readonly prefix: string };
    readonly verification?: object;
  };
}

const configs = filesIn('package/install/*/image-config.yaml').map((path) => load(read(path)) as ImageConfig);

test('what is verified is what is pulled: Crossplane matches the name that a mirror has put in place', () => {
  const rewritten = configs.flatMap(({ spec }) => spec.rewriteImage?.prefix ?? []);
  const verified = configs
    .filter(({ spec }) => spec.verification !== undefined)
    .flatMap(({ spec }) => spec.matchImages.map(({ prefix }) => prefix));
  expect(rewritten).not.toEqual([]);
  expect(verified).toEqual(expect.arrayContaining(['ghcr.io/bizmatters/', ...rewritten]));
});

test('no identity that a reader has to verify is a placeholder', () => {
  for (const path of [...filesIn('package/install/**/*.yaml'), 'docs/release.md', 'docs/install.md'])
    expect(read(path)).not.toMatch(/\bOWNER\/REPOSITORY\b/);
});
