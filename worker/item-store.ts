import type { JsonObject } from './json.ts';

/** A value that a client keeps, by its place. Times are ISO 8601. */
export interface Item {
  readonly namespace: readonly string[];
  readonly key: string;
  readonly value: JsonObject;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ItemPage {
  readonly limit: number;
  readonly offset: number;
}

/** Which namespaces are meant. A label `*` stands for any. */
export interface NamespaceFilter {
  readonly prefix: readonly string[];
  readonly suffix: readonly string[];
  /** Labels that are told, from the first on; all when undefined. */
  readonly depth: number | undefined;
}

/** Keeps values of clients, of one group: those of others are not there. */
export interface ItemStore {
  /** Keeps it in the place of what is there; for `ttlMs`, or for ever. */
  put(namespace: readonly string[], key: string, value: JsonObject, ttlMs: number | undefined): Promise<void>;
  get(namespace: readonly string[], key: string): Promise<Item | undefined>;
  remove(namespace: readonly string[], key: string): Promise<void>;
  /** Those below a namespace whose values hold all of the filter, the newest first. */
  search(prefix: readonly string[], filter: JsonObject | undefined, page: ItemPage): Promise<readonly Item[]>;
  /** In order. */
  namespaces(filter: NamespaceFilter, page: ItemPage): Promise<readonly (readonly string[])[]>;
}
