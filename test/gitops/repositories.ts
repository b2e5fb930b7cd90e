import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { at, list, metadataOf, object, text } from '../../functions/composition/read.ts';
import { readYaml } from '../../render/yaml/read.ts';

export const root = join(import.meta.dirname, '../..');

export const app = 'examples/app/services/agent_executor';
export const platform = 'examples/platform';
export const tenants = 'examples/tenants';

/** Paths from the root of this repository, sorted. */
export function filesIn(pattern: string): string[] {
  return globSync(pattern, { cwd: root }).toSorted();
}

export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Every document of a YAML file. */
export function documents(path: string): Json[] {
  return readYaml(read(path)).map(({ value }) => value);
}

/** The one document of a YAML file. */
export function document(path: string): JsonObject {
  return object(documents(path)[0]);
}

/** Every Kubernetes object of the YAML files in a folder: what has a kind, but not a kustomization. */
export function objectsIn(folder: string): JsonObject[] {
  return filesIn(`${folder}/**/*.yaml`)
    .filter((path) => !path.includes('/templates/'))
    .flatMap(documents)
    .map(object)
    .filter(({ kind }) => kind !== undefined && kind !== 'Kustomization' && kind !== 'Component');
}

/** API group of an object, empty for the core one. */
export function groupOf({ apiVersion }: JsonObject): string {
  return text(apiVersion).includes('/') ? (text(apiVersion).split('/')[0] ?? '') : '';
}

/** `Kind namespace/name`, for messages. */
export function describeObject(given: JsonObject): string {
  const { namespace, name } = metadataOf(given);
  return `${text(given.kind)} ${namespace}/${name}`;
}

/** The sync wave of an object; 0 without the annotation, as for Argo CD. */
export function waveOf(given: JsonObject): number {
  return Number(text(at(given, 'metadata', 'annotations', 'argocd.argoproj.io/sync-wave')) || 0);
}

/** The Applications and ApplicationSets that the root brings, also where not every environment has them, with their files. */
export function components(): { readonly path: string; readonly component: JsonObject }[] {
  return filesIn(`${platform}/bootstrap/{components,image-updater,observability}/[0-9]*.yaml`).map(
    (path) => ({
      path,
      component: document(path),
    }),
  );
}

/** Where the manifests of an Application lie in this repository; undefined for those of others. */
export function sourceFolder(application: JsonObject): string | undefined {
  const url = text(at(application, 'spec', 'source', 'repoURL'));
  const path = text(at(application, 'spec', 'source', 'path'));
  if (url.endsWith('/zerotouch-platform.git')) return `${platform}/${path}`;
  return url.endsWith('/zerotouch.git') ? path : undefined;
}

export function strings(value: Json | undefined): string[] {
  return list(value).map(text);
}

/** The Secret that the operator makes of an ExternalSecret, with nothing in it. */
export function secretOf(externalSecret: JsonObject): JsonObject {
  const { name, template } = object(at(externalSecret, 'spec', 'target'));
  const keys = list(at(externalSecret, 'spec', 'data')).map((each) => text(object(each).secretKey));
  const data = at(template, 'data') ?? Object.fromEntries(keys.map((key) => [key, '']));
  const { namespace } = metadataOf(externalSecret);
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: text(name), namespace }, data };
}
