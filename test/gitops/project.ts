import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { at, list, metadataOf, object, text } from '../../functions/composition/read.ts';
import { groupOf, strings } from './repositories.ts';

/** Whether Argo CD would sync this object for an Application of the project. */
export function permits(project: JsonObject, given: JsonObject): boolean {
  const { name, namespace } = metadataOf(given);
  const isListed = (entries: Json | undefined) =>
    list(entries).some((entry) => {
      const { group, kind, name: names } = object(entry);
      return (
        matches(text(group), groupOf(given)) &&
        matches(text(kind), text(given.kind)) &&
        (names === undefined || matches(text(names), name))
      );
    });
  const spec = object(project.spec);
  if (namespace === '') return isListed(spec.clusterResourceWhitelist);
  return !isListed(spec.namespaceResourceBlacklist) && permitsNamespace(project, namespace);
}

export function permitsNamespace(project: JsonObject, namespace: string): boolean {
  return list(at(project, 'spec', 'destinations')).some((each) =>
    matches(text(object(each).namespace), namespace),
  );
}

export function permitsSource(project: JsonObject, url: string): boolean {
  return strings(at(project, 'spec', 'sourceRepos')).some((pattern) => matches(pattern, url));
}

/** Globs as Argo CD reads them: a star stands for anything but a slash. */
function matches(glob: string, value: string): boolean {
  const pattern = glob.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '[^/]*');
  return new RegExp(`^${pattern}$`).test(value);
}
