import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isJsonObject, parseJson } from '../../json.ts';
import type { Json } from '../../json.ts';
import type { Problem } from '../../ports.ts';

/** Where an agent stands: a file below the folder, and what it exports. */
export interface AgentExport {
  readonly name: string;
  readonly file: string;
  readonly exported: string;
}

/** The file of the LangGraph CLI, which says where graphs are. */
const MANIFEST = 'langgraph.json';

/** As URLs and names of tools can hold it. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

export type Listed =
  | { readonly kind: 'exports'; readonly exports: readonly AgentExport[] }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** The agents of a folder, as its `langgraph.json` names them: `{"graphs": {"<name>": "./file.ts:export"}}`. */
export async function listExports(folder: string): Promise<Listed> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined);
  if (text === undefined)
    return wrong(MANIFEST, 'there is no such file to read; it names the agents of the folder');
  const json = parseJson(text);
  const graphs = isJsonObject(json) ? json['graphs'] : undefined;
  if (!isJsonObject(graphs ?? null) || Object.keys(graphs ?? {}).length === 0)
    return wrong(MANIFEST, 'expected {"graphs": {"<name>": "./file.ts:export"}}');
  const read = Object.entries(graphs as Readonly<Record<string, Json>>).map(([name, place]) =>
    readExport(folder, name, place),
  );
  const all = await Promise.all(read);
  const problems = all.flatMap((one) => ('message' in one ? [one] : []));
  if (problems.length > 0) return { kind: 'problems', problems };
  return { kind: 'exports', exports: all.flatMap((one) => ('message' in one ? [] : [one])) };
}

function wrong(path: string, message: string): Listed {
  return { kind: 'problems', problems: [{ path, message }] };
}

async function readExport(folder: string, name: string, place: Json): Promise<AgentExport | Problem> {
  const path = `${MANIFEST} graphs.${name}`;
  if (!NAME.test(name))
    return { path, message: 'a name has letters, digits, "_", "." and "-", at most 128 of them' };
  const [, file = '', exported = ''] = /^(.+):([^:/\\]+)$/.exec(textOf(place)) ?? [];
  if (file === '') return { path, message: 'expected "./file.ts:export"' };
  if (file.endsWith('.py'))
    return { path, message: `${file} is Python, and this worker runs agents in TypeScript and JavaScript` };
  const found = await access(join(folder, file)).then(
    () => true,
    () => false,
  );
  return found ? { name, file: join(folder, file), exported } : { path, message: `there is no file ${file}` };
}

/** The CLI has a longer form as well. */
function textOf(place: Json): string {
  const text = isJsonObject(place) ? place['path'] : place;
  return typeof text === 'string' ? text : '';
}
