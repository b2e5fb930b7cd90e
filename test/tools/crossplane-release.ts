import { cp, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import type { Manifest } from '../../functions/composition/contract.ts';
import { moduleFolder } from './go.ts';
import { versions } from './pins.ts';
import { toolsFolder } from './programs.ts';

/** What a release of Crossplane brings besides its program. */
export interface CrossplaneRelease {
  /** The folder of its own CustomResourceDefinitions. */
  readonly crds: string;
  /** The ClusterRoles by which its chart limits core and the RBAC manager. */
  readonly roles: readonly Manifest[];
}

const templates = ['clusterrole.yaml', 'rbac-manager-clusterrole.yaml'];

/** The release's `cluster` folder with chart, definitions and webhooks, copied out of Go's module cache once so that later runs need no Go. */
export async function crossplaneFolder(): Promise<string> {
  const kept = join(toolsFolder(), 'crossplane-cluster', versions.crossplane);
  if (await stat(kept).catch(() => undefined)) return kept;
  const module = await moduleFolder(`github.com/crossplane/crossplane/v2@v${versions.crossplane}`);
  const part = `${kept}.${process.pid}.part`;
  await cp(join(module, 'cluster'), part, { recursive: true });
  // Whoever comes second finds the folder full, with the same files.
  await rename(part, kept).catch(() => rm(part, { recursive: true, force: true }));
  return kept;
}

/**
 * The roles of these templates with the chart's default values. Only the name is filled in: all else that is
 * templated in them are labels and the condition that the RBAC manager is deployed, which is the default.
 */
function rendered(template: string): Manifest[] {
  const yaml = template
    .replaceAll('{{ template "crossplane.name" . }}', 'crossplane')
    .replaceAll(/^ *\{\{-.*$/gm, '');
  return (loadAll(yaml) as (Manifest | null)[]).filter((role) => role !== null);
}

/** Crossplane's definitions and roles in the pinned release. */
export async function crossplaneRelease(): Promise<CrossplaneRelease> {
  const cluster = await crossplaneFolder();
  const read = templates.map((name) =>
    readFile(join(cluster, 'charts', 'crossplane', 'templates', name), 'utf8'),
  );
  return { crds: join(cluster, 'crds'), roles: (await Promise.all(read)).flatMap(rendered) };
}
