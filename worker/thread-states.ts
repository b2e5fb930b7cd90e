import type { JsonObject } from './json.ts';

/** A thread, and by what its state is read. */
export interface ThreadRef {
  readonly thread: string;
  readonly definition: JsonObject;
}

/** A place in a thread; its newest when no checkpoint is named. */
export interface Place {
  readonly checkpoint_id?: string | undefined;
  readonly checkpoint_ns?: string | undefined;
}

/** Which states of a thread are meant, the newest first. */
export interface HistoryQuery {
  readonly limit: number;
  /** Those before this checkpoint. */
  readonly before?: string | undefined;
  readonly place?: Place | undefined;
  readonly metadata?: JsonObject | undefined;
}

/** What agents have made of threads, as clients of the Agent Server read it. */
export interface ThreadStates {
  /** `{values, next, tasks, metadata, created_at, checkpoint, parent_checkpoint}`. */
  read(of: ThreadRef, place: Place | undefined, subgraphs: boolean): Promise<JsonObject>;
  history(of: ThreadRef, query: HistoryQuery): Promise<readonly JsonObject[]>;
  /** Adds to the state as if a node had, and gives its place. Throws Failure when that node or the values are not to be had. */
  update(
    of: ThreadRef,
    values: unknown,
    asNode: string | undefined,
    place: Place | undefined,
  ): Promise<JsonObject>;
}
