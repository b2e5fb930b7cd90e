import { readFile, readdir } from 'node:fs/promises';
import { format } from 'prettier';
import type { Json, JsonObject } from '../functions/composition/contract.ts';
import { at, object, text } from '../functions/composition/read.ts';
import type { Definition } from '../render/schema/definition.ts';
import { readDefinition } from '../render/schema/definition.ts';
import { readYaml } from '../render/yaml/read.ts';
import { claimsPage } from './claims-page.ts';
import { isHolder, withNestedSpecs } from './nested-claims.ts';
import { typeOf } from './typescript.ts';

/** A file that follows from others: its path from the root of the repository, and what it must say. */
export interface Generated {
  readonly path: string;
  readonly content: string;
}

interface Source {
  readonly file: string;
  /** As it must be written. */
  readonly content: string;
  readonly xrd: Json;
  readonly definition: Definition;
}

/** The XRDs that hold specs of other kinds. */
export async function generateNested(root: URL): Promise<readonly Generated[]> {
  const sources = await readSources(root);
  const holders = sources.filter(({ xrd }) => isHolder(kindOf(xrd)));
  return holders.map(({ file, content }) => ({ path: `xrds/${file}`, content }));
}

/** `functions/kinds/<kind>/xr.gen.ts` for every XRD below the root. Throws when one cannot be read. */
export async function generateTypes(root: URL): Promise<readonly Generated[]> {
  const sources = await readSources(root);
  return Promise.all(
    sources.map(async ({ file, definition }) => ({
      path: `functions/kinds/${folderOf(definition.kind)}/xr.gen.ts`,
      content: await typesOf(definition, `xrds/${file}`),
    })),
  );
}

/** `docs/claims.md`, with each kind's `minimal.yaml` as its example. */
export async function generateDocs(root: URL): Promise<Generated> {
  const sources = await readSources(root);
  const chapters = await Promise.all(
    sources.map(async ({ xrd, definition }) => {
      const example = new URL(`examples/${folderOf(definition.kind)}/minimal.yaml`, root);
      const text = await readFile(example, 'utf8');
      // The line for editors is about where the file lies.
      return { xrd, definition, example: text.replace(/^# yaml-language-server:.*\n/, '') };
    }),
  );
  const content = await format(claimsPage(chapters), { parser: 'markdown' });
  return { path: 'docs/claims.md', content };
}

/** Every kind of claim below the root, as its XRD defines it. */
export async function definitions(root: URL): Promise<readonly Definition[]> {
  return (await readSources(root)).map(({ definition }) => definition);
}

async function readSources(root: URL): Promise<readonly Source[]> {
  const folder = new URL('xrds/', root);
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).toSorted();
  const read = await Promise.all(
    files.map(async (file) => ({ file, content: await readFile(new URL(file, folder), 'utf8') })),
  );
  const specs = Object.fromEntries(read.map(({ content }) => [kindOf(parsed(content)), specIn(content)]));
  return Promise.all(
    read.map(async ({ file, content: found }) => {
      const kind = kindOf(parsed(found));
      const content = isHolder(kind)
        ? await format(withNestedSpecs(kind, found, specs), {
            parser: 'yaml',
            printWidth: 110,
            singleQuote: true,
          })
        : found;
      const xrd = parsed(content);
      return { file, content, xrd, definition: readDefinition(xrd) };
    }),
  );
}

function parsed(yaml: string): Json {
  return readYaml(yaml)[0]?.value ?? null;
}

function kindOf(xrd: Json): string {
  return text(at(xrd, 'spec', 'names', 'kind'));
}

function specIn(yaml: string): JsonObject {
  const { openApi } = readDefinition(parsed(yaml));
  return object(object(openApi.properties).spec);
}

/** PostgresInstance lives in postgres-instance. */
export function folderOf(kind: string): string {
  return kind.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase();
}

async function typesOf({ kind, apiVersion, spec, status }: Definition, origin: string): Promise<string> {
  const text = `
    // Generated from ${origin} by \`npm run generate\`. Change the XRD, not this file.
    import type { Schema } from '../../composition/schema.ts';

    /** \`spec\` of ${kind} (${apiVersion}) after defaulting. */
    export interface Spec ${typeOf(spec)}

    /** \`status\` of ${kind} as the function writes it. */
    export interface Status ${typeOf(status)}

    /** What \`spec\` must fit. */
    export const schema: Schema = ${JSON.stringify(spec)};`;
  return format(text, { parser: 'typescript', printWidth: 110, singleQuote: true, quoteProps: 'as-needed' });
}
