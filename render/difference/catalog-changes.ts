import type { Observed } from '../../functions/composition/contract.ts';
import { at, list, metadataOf, number, text } from '../../functions/composition/read.ts';
import type { EffectiveChange } from './compare-claims.ts';
import type { Effect } from './effect.ts';
import { restarts } from './effect.ts';

/** ClusterImageCatalogs as they are, and as they are to be. A Cluster that stands says itself what it runs. */
export interface Catalogs {
  readonly before: readonly Observed[];
  readonly after: readonly Observed[];
}

export const noCatalogs: Catalogs = { before: [], after: [] };

/** The catalogs among objects. */
export function catalogsIn(objects: readonly Observed[]): readonly Observed[] {
  return objects.filter(
    ({ apiVersion, kind }) =>
      kind === 'ClusterImageCatalog' && text(apiVersion).startsWith('postgresql.cnpg.io/'),
  );
}

/**
 * The image that a Cluster comes to by another catalog, though nothing of the Cluster itself changes. Where the Cluster changes
 * what it asks a catalog for, that change says it.
 * https://cloudnative-pg.io/documentation/1.30/image_catalog/
 */
export function catalogChanges(before: Observed, after: Observed, catalogs: Catalogs): EffectiveChange[] {
  if (JSON.stringify(referenceOf(before)) !== JSON.stringify(referenceOf(after))) return [];
  const from = text(at(before, 'status', 'image')) || imageOf(before, catalogs.before);
  const to = imageOf(after, catalogs.after);
  if (from === undefined || to === undefined || from === to) return [];
  const change = { path: 'status.image', before: from || undefined, after: to || undefined };
  return [{ change, effects: effectsOf(before, after, to) }];
}

/** What a Cluster asks a catalog for. */
interface Reference {
  readonly kind: string;
  readonly name: string;
  readonly major: number;
}

function referenceOf(cluster: Observed): Reference {
  const reference = at(cluster, 'spec', 'imageCatalogRef');
  return {
    kind: text(at(reference, 'kind')),
    name: text(at(reference, 'name')),
    major: number(at(reference, 'major')) ?? 0,
  };
}

/** Empty where the catalog has none of the major version, undefined where the catalog is not known. */
function imageOf(cluster: Observed, catalogs: readonly Observed[]): string | undefined {
  const { kind, name, major } = referenceOf(cluster);
  const catalog = catalogs.find((each) => each.kind === kind && metadataOf(each).name === name);
  if (catalog === undefined) return undefined;
  const images = list(at(catalog, 'spec', 'images'));
  return text(
    at(
      images.find((each) => at(each, 'major') === major),
      'image',
    ),
  );
}

function effectsOf(before: Observed, after: Observed, to: string): readonly Effect[] {
  const { kind, name, major } = referenceOf(after);
  if (to === '')
    return [restarts(`CloudNativePG leaves it alone until ${kind} ${name} has an image for ${major} again`)];
  if (at(after, 'metadata', 'annotations', 'cnpg.io/hibernation') === 'on') return [];
  const why = `${kind} ${name} has another image for ${major}`;
  const instances = number(at(after, 'spec', 'instances')) ?? 1;
  if (instances === 1) return [restarts(`restarts its one instance, and nothing serves meanwhile: ${why}`)];
  const primary = ['the primary', text(at(before, 'status', 'currentPrimary'))].join(' ').trim();
  return [restarts(`restarts its ${instances} instances, standbys first, then ${primary}: ${why}`)];
}
