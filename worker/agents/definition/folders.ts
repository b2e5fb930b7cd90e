import type { Problem } from '../../ports.ts';
import type { DefinitionShape } from './shape.ts';
import { skillProblem } from './skill-head.ts';

const path = { type: 'string', maxLength: 1000 } as const;

/** JSON Schema of `memory` of a node. */
export const memorySchema = {
  type: 'array',
  items: path,
  maxItems: 20,
  uniqueItems: true,
  description:
    'Files, such as `/memories/AGENTS.md`, that are read as a job begins and stand in its prompt, and that it is told to keep up to date. Of the orchestrator.',
} as const;

/** JSON Schema of `skills` of a node. */
export const skillsSchema = {
  type: 'array',
  items: path,
  maxItems: 20,
  uniqueItems: true,
  description:
    'Folders of skills, such as `/skills/`: of the `SKILL.md` of each folder in them name and description stand in its prompt, and it reads the rest when it needs it.',
} as const;

/** JSON Schema of `files`. */
export const filesSchema = {
  type: 'object',
  additionalProperties: { type: 'string' },
  maxProperties: 1000,
  description:
    'Files that every job finds, and none changes: their texts by path, such as `/skills/refunds/SKILL.md`.',
} as const;

/** JSON Schema of `backend`. */
export const backendSchema = {
  type: 'object',
  required: ['routes'],
  additionalProperties: false,
  description: 'Where files are kept that outlive the thread. All others live in it.',
  properties: {
    routes: {
      type: 'object',
      maxProperties: 10,
      description: 'By folder, such as `/memories/`.',
      additionalProperties: {
        type: 'object',
        required: ['namespace'],
        additionalProperties: false,
        properties: {
          namespace: {
            type: 'string',
            pattern: '^[A-Za-z0-9_@+:~-]{1,128}$',
            description:
              'Under which the store of the tenant keeps its files. Definitions that name the same one share them.',
          },
        },
      },
    },
  },
} as const;

const FOLDER = /^\/([^/\p{Cc}\p{Cs}]+\/)+$/u;
const FILE = /^\/([^/\p{Cc}\p{Cs}]+\/)*[^/\p{Cc}\p{Cs}]+$/u;

/** What agents would not find where it is said to be. */
export function folderProblems(shape: DefinitionShape): readonly Problem[] {
  const routes = Object.keys(shape.backend?.routes ?? {});
  const files = Object.entries(shape.files ?? {});
  const folders = new Set(files.map(([file]) => firstFolder(file)));
  return [
    ...routes.flatMap((route) => routeProblems(route, folders)),
    ...files.flatMap(([file, text]) => fileProblems(file, text)),
  ];
}

/** What is wrong with the memory and the skills of a node. */
export function sourceProblems(
  { memory = [], skills = [] }: DefinitionShape['nodes'][number]['config'],
  here: string,
  files: readonly string[],
  isOrchestrator: boolean,
): readonly Problem[] {
  const inPlaces = memory.flatMap((file, index) =>
    isNoFile(file) ? [{ path: `${here}.memory[${index}]`, message: A_FILE }] : [],
  );
  const inFolders = skills.flatMap((folder, index) => {
    const place = withEnd(folder);
    const isIn = (file: string): boolean =>
      file.startsWith(place) && /^([^/]+\/)?SKILL\.md$/.test(file.slice(place.length));
    return !isNoFolder(place) && files.some(isIn)
      ? []
      : [{ path: `${here}.skills[${index}]`, message: NO_SKILLS }];
  });
  if (isOrchestrator || memory.length === 0) return [...inPlaces, ...inFolders];
  const message = 'is for the orchestrator: have it tell the specialist, or the prompt name the file to read';
  return [{ path: `${here}.memory`, message }, ...inFolders];
}

/** A folder of skills as it is looked in: it may be written with its last slash or without. */
export function withEnd(folder: string): string {
  return folder.endsWith('/') ? folder : `${folder}/`;
}

const A_FOLDER = 'expected a folder, from / on, such as "/memories/"';
const NO_SKILLS =
  'expected a folder with a skill of `files`, such as "/skills/" with "/skills/refunds/SKILL.md"';
const A_FILE = 'expected a file, from / on, such as "/memories/AGENTS.md"';
const isNoFolder = (folder: string): boolean => !FOLDER.test(folder) || isElsewhere(folder);
const isNoFile = (file: string): boolean => !FILE.test(file) || isElsewhere(file);
const isElsewhere = (place: string): boolean => /\/\.{1,2}(\/|$)/.test(place);

/** Of `/skills/refunds/SKILL.md` that is `/skills/`: all below it come with the definition. */
export function firstFolder(file: string): string {
  return file.slice(0, file.indexOf('/', 1) + 1);
}

function routeProblems(route: string, folders: ReadonlySet<string>): readonly Problem[] {
  const here = `backend.routes.${route}`;
  if (isNoFolder(route)) return [{ path: here, message: A_FOLDER }];
  const taken = firstFolder(route);
  return folders.has(taken) ? [{ path: here, message: `is in ${taken}, which is for \`files\`` }] : [];
}

function fileProblems(file: string, text: string): readonly Problem[] {
  const here = `files.${file}`;
  if (isNoFile(file) || firstFolder(file) === '')
    return [{ path: here, message: 'expected a file in a folder, such as "/skills/refunds/SKILL.md"' }];
  const problem = file.endsWith('/SKILL.md') ? skillProblem(text, file.split('/').at(-2)) : undefined;
  return problem === undefined ? [] : [{ path: here, message: problem }];
}
