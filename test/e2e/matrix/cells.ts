import type { PartName } from '../../node/parts/catalog.ts';
import type { OtherVersions } from '../../tools/pins.ts';

/** A node that the story is told on besides the pinned one. */
export interface Cell {
  /** In the place of pinned ones. */
  readonly versions: OtherVersions;
  readonly parts: readonly PartName[];
}

/**
 * A handful, not every combination: all that is older than what is pinned, all that is newer, and what a setting changes.
 * Of Crossplane there is no other version: the packages refuse those before the pinned one, and none after it is served.
 * Of CloudNativePG the pinned one is the newest that builds from modules, of KEDA it is the last before the newest.
 */
export const cells = {
  oldest: { versions: { kubernetes: '1.34.4', cloudnativePg: '1.29.1' }, parts: [] },
  newest: { versions: { kubernetes: '1.37.2', keda: '2.21.0' }, parts: [] },
  'response-cache': { versions: {}, parts: ['response-cache'] },
} as const satisfies Readonly<Record<string, Cell>>;

export type CellName = keyof typeof cells;

export const cellNames = Object.keys(cells) as readonly CellName[];

/** The value of ZEROTOUCH_VERSIONS that puts a cell's versions in the place of pinned ones. */
export function variableOf({ versions }: Cell): string {
  return Object.entries(versions)
    .map(([name, version]) => `${name}=${version}`)
    .join(',');
}
