import { CompositeBackend, StateBackend } from 'deepagents';
import type { AnyBackendProtocol } from 'deepagents';
import { firstFolder } from '../definition/folders.ts';
import type { Definition } from '../definition/definition.ts';
import { fixedFiles } from './fixed-files.ts';
import { keptFiles } from './kept-files.ts';

/** Where the agents of a definition have their files: in the state, but for folders that are kept or come with the definition. */
export function filesOf({ routes, files }: Pick<Definition, 'routes' | 'files'>): AnyBackendProtocol {
  // The predecessor's file format.
  const state = new StateBackend({ fileFormat: 'v1' });
  if (routes.size === 0 && files.size === 0) return state;
  const kept = [...routes].map(([folder, namespace]) => [folder, keptFiles(namespace)] as const);
  // The folder that a file is in first, at the root, as a whole.
  const folders = Map.groupBy(files, ([path]) => firstFolder(path));
  const fixed = [...folders].map(([folder, members]) => {
    const inFolder = members.map(([path, text]) => [path.slice(folder.length - 1), text] as const);
    return [folder, fixedFiles(new Map(inFolder))] as const;
  });
  return new CompositeBackend(state, Object.fromEntries([...fixed, ...kept]));
}
