import type { Claim, JsonObject, Observed } from '../../../composition/contract.ts';
import { at, list, object, text } from '../../../composition/read.ts';
import type { Spec } from '../xr.gen.ts';

/** Database and owner as PostgreSQL knows them. */
export interface Names {
  readonly database: string;
  readonly owner: string;
}

/** How CloudNativePG is told to fill a new Cluster, and the servers that it is told of for that. */
export interface Fill {
  readonly bootstrap: JsonObject;
  readonly externalClusters: readonly JsonObject[];
}

/** Where the content of the database comes from. */
export type Origin =
  /** Nowhere: it begins empty. */
  | { readonly kind: 'empty'; readonly names: Names }
  /** From there, which `told` names in the middle of a sentence. */
  | { readonly kind: 'source'; readonly names: Names; readonly fill: Fill; readonly told: string }
  /** That is not known yet, so no Cluster may be made. Where `failed`, waiting alone will not help. */
  | {
      readonly kind: 'waiting';
      readonly names: Names;
      readonly reason: string;
      readonly message: string;
      readonly failed: boolean;
    };

/** The name by which a Cluster calls the server that it is filled from. */
export const sourceName = 'origin';

/** What the claim says, else what the source says, else the claim's name. */
export function namesOf({ name, spec }: Claim<Spec>, found: Partial<Names> = {}): Names {
  return {
    database: spec.database ?? found.database ?? name,
    owner: spec.owner ?? found.owner ?? name,
  };
}

/** Database and owner of a Cluster, whichever way it was filled. */
export function namesIn(cluster: Observed): Partial<Names> {
  const [method = {}] = Object.values(object(at(cluster, 'spec', 'bootstrap'))).map(object);
  const [database, owner] = [text(method.database), text(method.owner)];
  return { ...(database === '' ? {} : { database }), ...(owner === '' ? {} : { owner }) };
}

export function waiting(names: Names, reason: string, message: string, failed = false): Origin {
  return { kind: 'waiting', names, reason, message, failed };
}

/**
 * How a Cluster was filled, for one that is there: nothing can change it any more, so it stays as the Cluster says it
 * even when its source is gone.
 */
export function asMade(origin: Origin, live: Observed | undefined): Origin {
  const bootstrap = object(at(live, 'spec', 'bootstrap'));
  if (live === undefined || origin.kind === 'empty' || Object.keys(bootstrap).length === 0) return origin;
  const externalClusters = list(at(live, 'spec', 'externalClusters')).map(object);
  const told = origin.kind === 'source' ? origin.told : 'a source that is not there any more';
  const names = { ...origin.names, ...namesIn(live) };
  return { kind: 'source', names, fill: { bootstrap, externalClusters }, told };
}
