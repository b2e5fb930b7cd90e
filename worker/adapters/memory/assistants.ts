import type {
  Assistant,
  AssistantFacts,
  AssistantFilter,
  AssistantPage,
  AssistantStore,
  AssistantVersion,
} from '../../assistant-store.ts';
import type { Clock } from '../../ports.ts';
import { holds } from './holds.ts';

/** An assistant as the memory store keeps it. */
interface Row {
  readonly createdAt: string;
  updatedAt: string;
  /** The version that runs. */
  version: number;
  /** The first one first. */
  readonly versions: AssistantVersion[];
}

const sortKeys = {
  assistant_id: 'assistantId',
  graph_id: 'graphId',
  name: 'name',
  created_at: 'createdAt',
  updated_at: 'updatedAt',
} as const;

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** Assistants in this process. */
export function memoryAssistants(clock: Pick<Clock, 'wall'>): AssistantStore {
  const rows = new Map<string, Row>();
  const now = (): string => clock.wall().toISOString();

  function assistantOf({ createdAt, updatedAt, version, versions }: Row): Assistant | undefined {
    const running = versions[version - 1];
    return running && { ...running, createdAt, updatedAt };
  }

  function found({ graphId, name, metadata }: AssistantFilter): readonly Assistant[] {
    return [...rows.values()]
      .flatMap((row) => assistantOf(row) ?? [])
      .filter(
        (one) =>
          (graphId === undefined || one.graphId === graphId) &&
          (name === undefined || one.name.toLowerCase().includes(name.toLowerCase())) &&
          (metadata === undefined || holds(one.metadata, metadata)),
      );
  }

  function page(filter: AssistantFilter, { limit, offset, sortBy, descending }: AssistantPage) {
    const [key, sign] = [sortKeys[sortBy], descending ? -1 : 1];
    return found(filter)
      .toSorted((a, b) => sign * compare(a[key], b[key]) || compare(a.assistantId, b.assistantId))
      .slice(offset, offset + limit);
  }

  function addVersion(row: Row, assistantId: string, facts: AssistantFacts): void {
    row.version = row.versions.length + 1;
    row.updatedAt = now();
    row.versions.push({ ...facts, assistantId, version: row.version, createdAt: row.updatedAt });
  }

  return {
    async create(assistantId, facts) {
      if (rows.has(assistantId)) return false;
      const row: Row = { createdAt: now(), updatedAt: now(), version: 0, versions: [] };
      rows.set(assistantId, row);
      addVersion(row, assistantId, facts);
      return true;
    },
    async read(assistantId) {
      const row = rows.get(assistantId);
      return row && assistantOf(row);
    },
    async named(name) {
      const all = found({}).filter((one) => one.name === name);
      return all.toSorted((one, other) => compare(other.updatedAt, one.updatedAt))[0];
    },
    search: async (filter, wanted) => page(filter, wanted),
    count: async (filter) => found(filter).length,
    async change(assistantId, change) {
      const row = rows.get(assistantId);
      const before = row && assistantOf(row);
      if (!row || !before) return undefined;
      const metadata = { ...before.metadata, ...change.metadata };
      addVersion(row, assistantId, { ...before, ...change, metadata });
      return assistantOf(row);
    },
    async choose(assistantId, version) {
      const row = rows.get(assistantId);
      if (!row?.versions[version - 1]) return undefined;
      row.version = version;
      row.updatedAt = now();
      return assistantOf(row);
    },
    async versions(assistantId, metadata, limit, offset) {
      const all = rows.get(assistantId)?.versions ?? [];
      return all
        .filter((one) => metadata === undefined || holds(one.metadata, metadata))
        .toReversed()
        .slice(offset, offset + limit);
    },
    remove: async (assistantId) => rows.delete(assistantId),
  };
}
