import { pictureAddress } from './content.ts';
import { asList, asText, isObject } from './json.ts';
import type { Json, JsonObject } from './json.ts';

/** A file of an agent. */
export interface AgentFile {
  readonly path: string;
  /** Undefined while only its size is known. */
  readonly text: string | undefined;
  /** Characters. */
  readonly size: number;
  /** Of a picture, what may be shown. */
  readonly picture: string | undefined;
}

const TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
};

/** A picture is kept as a `data:` address, or as base64 under a name that says what it is. */
function pictureIn(path: string, text: string): string | undefined {
  const plain = text.trim();
  if (plain.startsWith('data:')) return pictureAddress(plain);
  const type = TYPES[path.split('.').at(-1)?.toLowerCase() ?? ''];
  return type === undefined
    ? undefined
    : pictureAddress(`data:${type};base64,${plain.replaceAll(/\s/g, '')}`);
}

function textOf(file: Json): string | undefined {
  if (!isObject(file)) return undefined;
  const { content } = file;
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? asList(content).map(asText).join('\n') : undefined;
}

/** The files of a state, in the order of their paths. */
export function filesOf(files: JsonObject): readonly AgentFile[] {
  return Object.entries(files)
    .map(([path, file]): AgentFile => {
      const text = textOf(file);
      const known = isObject(file) && typeof file['size'] === 'number' ? file['size'] : 0;
      const picture = text === undefined ? undefined : pictureIn(path, text);
      return { path, text, size: text?.length ?? known, picture };
    })
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}
