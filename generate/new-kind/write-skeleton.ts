import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { format } from 'prettier';
import type { KindNames } from './names.ts';
import { skeleton } from './skeleton.ts';

/** Where kinds are listed, and the text with one more of them. */
const lists: readonly { readonly path: string; add(this: void, text: string, names: KindNames): string }[] = [
  {
    path: 'functions/kinds/registry.ts',
    add: (text, { constant, folder }) =>
      text
        .replace(/((?:^import .*\n)+)/m, `$1import { ${constant} } from './${folder}/compose.ts';\n`)
        .replace(/(readonly Kind\[\] = \[[^\]]*?),?\s*\]/, `$1, ${constant}]`),
  },
  {
    path: 'package/cluster/argocd/component/kustomization.yaml',
    add: (text, { group, kind }) =>
      text.replace(
        /( +- resource\.customizations\.health\.\S+\n)(?! +- resource)/,
        `$1      - resource.customizations.health.${group}_${kind}=health.lua\n`,
      ),
  },
  {
    path: 'package/cluster/claim-access.yaml',
    add: (text, { group, plural }) => {
      const longer = text.replaceAll(
        new RegExp(`(apiGroups: \\[${group}\\]\n +resources: \\[[^\\]]*)`, 'g'),
        `$1, ${plural}`,
      );
      if (longer !== text) return longer;
      const rule = `  - apiGroups: [${group}]\n    resources: [${plural}]\n`;
      return text.replaceAll(/( +verbs: \*(\w+)\n)(?! +- apiGroups)/g, `$1${rule}    verbs: *$2\n`);
    },
  },
  {
    path: 'README.md',
    add: (text, { kind, words }) =>
      text.replace(/((?:^\| `[A-Z]\w+` +\|.*\n)+)/m, `$1| \`${kind}\` | one ${words} |\n`),
  },
];

/**
 * Writes the files of the kind below the root, and adds it where kinds are listed. Touches nothing when one of the files
 * is there, or when a list is not what it was.
 *
 * @returns the paths, from the root
 */
export async function writeSkeleton(root: string, names: KindNames): Promise<string[]> {
  const files = skeleton(names);
  for (const { path } of files)
    if (await exists(join(root, path))) throw new Error(`${path} is there already`);
  const longer = await Promise.all(
    lists.map(async ({ path, add }) => {
      const before = await readFile(join(root, path), 'utf8');
      const content = add(before, names);
      if (content === before) throw new Error(`no list of kinds is in ${path}`);
      return { path, content };
    }),
  );
  for (const { path, content } of [...files, ...longer]) {
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, await format(content, { filepath: file, printWidth: 110, singleQuote: true }));
  }
  return [...files, ...longer].map(({ path }) => path);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
