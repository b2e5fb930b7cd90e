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

/** What a place and a page may be, whoever asks. */
export const ITEM_BOUNDS = {
  /** Of one label of a namespace: points stand between labels in addresses. */
  label: { pattern: /^[^.\p{Cc}\p{Cs}]+$/u, most: 200 },
  labels: 20,
  key: { pattern: /^[^\p{Cc}\p{Cs}]+$/u, most: 1_000 },
  page: 1_000,
  offset: 1_000_000_000,
} as const;

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

/** Where agents keep values beside their threads. */
export interface KeptItems {
  /** Those of a tenant; those of nobody, which operators see, when undefined. */
  of(tenant: string | undefined): ItemStore;
  /** Largest value as JSON, in bytes. */
  readonly maxBytes: number;
}
