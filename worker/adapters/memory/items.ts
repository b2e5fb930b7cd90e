import type { Item, ItemStore, NamespaceFilter } from '../../item-store.ts';
import type { Clock } from '../../ports.ts';
import { holds } from './holds.ts';

interface Row extends Item {
  /** Monotonic time; Infinity for ever. */
  readonly until: number;
  /** Grows with each value that is kept. */
  readonly order: number;
}

function matches(wanted: readonly string[], labels: readonly string[]): boolean {
  return labels.length >= wanted.length && wanted.every((label, at) => label === '*' || label === labels[at]);
}

function isMeant({ prefix, suffix }: NamespaceFilter, labels: readonly string[]): boolean {
  return matches(prefix, labels) && matches(suffix.toReversed(), labels.toReversed());
}

/** Values of clients in this process. */
export function memoryItems(clock: Pick<Clock, 'wall' | 'monotonic'>): ItemStore {
  const rows = new Map<string, Row>();
  let kept = 0;
  const idOf = (namespace: readonly string[], key: string): string => JSON.stringify([namespace, key]);
  const find = (namespace: readonly string[], key: string): Row | undefined => {
    const row = rows.get(idOf(namespace, key));
    return row && row.until > clock.monotonic() ? row : undefined;
  };
  const current = (): readonly Row[] => [...rows.values()].filter(({ until }) => until > clock.monotonic());

  return {
    put(namespace, key, value, ttlMs = Infinity) {
      const now = clock.wall().toISOString();
      const before = find(namespace, key);
      kept += 1;
      rows.set(idOf(namespace, key), {
        namespace,
        key,
        value,
        createdAt: before?.createdAt ?? now,
        updatedAt: now,
        until: clock.monotonic() + ttlMs,
        order: kept,
      });
      return Promise.resolve();
    },
    get: (namespace, key) => Promise.resolve(find(namespace, key)),
    remove(namespace, key) {
      rows.delete(idOf(namespace, key));
      return Promise.resolve();
    },
    search(prefix, filter = {}, { limit, offset }) {
      const found = current()
        .filter(({ namespace, value }) => {
          const isBelow = prefix.every((label, at) => label === namespace[at]);
          return isBelow && holds(value, filter);
        })
        .toSorted((one, other) => other.order - one.order);
      return Promise.resolve(found.slice(offset, offset + limit));
    },
    namespaces(filter, { limit, offset }) {
      const all = current()
        .filter(({ namespace }) => isMeant(filter, namespace))
        .map(({ namespace }) => JSON.stringify(namespace.slice(0, filter.depth)));
      const found = [...new Set(all)].toSorted().slice(offset, offset + limit);
      return Promise.resolve(found.map((text) => JSON.parse(text) as string[]));
    },
  };
}
