import { gitopsImages } from '../images/argocd.ts';
import { nodeRuntime, pgBouncer } from '../images/catalog.ts';
import { postgres15, postgres16, postgres17AfterOlder, postgres18 } from '../images/postgres.ts';
import { backups } from './backups.ts';
import { crossplane, responseCache } from './crossplane.ts';
import { dragonfly } from './dragonfly.ts';
import { externalSecrets } from './external-secrets.ts';
import { gateway } from './gateway.ts';
import { metrics } from './metrics.ts';
import { nats } from './nats.ts';
import { objectStore } from './object-store.ts';
import { cloudNativePg, keda } from './operators.ts';
import type { Part } from './part.ts';
import { policies } from './policies.ts';
import { registry } from './registry.ts';

/** A part that is nothing but images: what uses them comes with a claim. */
function imagesOnly(...images: Part['images']): Part {
  return { images, install: () => Promise.resolve() };
}

/** Everything that can be put on a node, in the order in which it is installed. */
export const parts = {
  registry,
  crossplane,
  'cloudnative-pg': cloudNativePg,
  keda,
  nats,
  programs: imagesOnly(nodeRuntime),
  dragonfly,
  pooler: imagesOnly(pgBouncer),
  'postgres-15': imagesOnly(postgres15, postgres17AfterOlder),
  'postgres-16': imagesOnly(postgres16, postgres17AfterOlder),
  'postgres-18': imagesOnly(postgres18),
  'object-store': objectStore,
  backups,
  policies,
  metrics,
  'external-secrets': externalSecrets,
  gateway,
  'response-cache': responseCache,
  argocd: imagesOnly(...gitopsImages),
} as const satisfies Record<string, Part>;

export type PartName = keyof typeof parts;

export const partNames = Object.keys(parts) as readonly PartName[];

/** What every chapter needs. */
export const always: readonly PartName[] = [
  'registry',
  'crossplane',
  'cloudnative-pg',
  'keda',
  'nats',
  'programs',
  'dragonfly',
  'pooler',
];
