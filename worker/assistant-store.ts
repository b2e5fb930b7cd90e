import type { JsonObject } from './json.ts';

/** What an assistant is at one of its versions. */
export interface AssistantFacts {
  readonly graphId: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly config: JsonObject;
  readonly context: JsonObject;
  readonly metadata: JsonObject;
}

/** A version, as it stays. Times are ISO 8601. */
export interface AssistantVersion extends AssistantFacts {
  readonly assistantId: string;
  /** 1 for the first. */
  readonly version: number;
  readonly createdAt: string;
}

/** An assistant at the version that runs. */
export interface Assistant extends AssistantVersion {
  readonly updatedAt: string;
}

/** Which assistants are meant: those for which all that is given holds. */
export interface AssistantFilter {
  readonly graphId?: string | undefined;
  /** A part of the name, in capitals or not. */
  readonly name?: string | undefined;
  readonly metadata?: JsonObject | undefined;
}

export interface AssistantPage {
  readonly limit: number;
  readonly offset: number;
  readonly sortBy: 'assistant_id' | 'graph_id' | 'name' | 'created_at' | 'updated_at';
  readonly descending: boolean;
}

/** What changes: a new version with all else as before. Metadata is added to. */
export type AssistantChange = Partial<AssistantFacts>;

/** Keeps the agents that clients made, of one group: those of others are not there. */
export interface AssistantStore {
  /** False when there is one of that id. */
  create(assistantId: string, facts: AssistantFacts): Promise<boolean>;
  read(assistantId: string): Promise<Assistant | undefined>;
  /** The one of this name; of several the one that was changed last. */
  named(name: string): Promise<Assistant | undefined>;
  search(filter: AssistantFilter, page: AssistantPage): Promise<readonly Assistant[]>;
  count(filter: AssistantFilter): Promise<number>;
  /** Makes a version, which runs from now on. */
  change(assistantId: string, change: AssistantChange): Promise<Assistant | undefined>;
  /** Lets a version run that there is; undefined when there is none. */
  choose(assistantId: string, version: number): Promise<Assistant | undefined>;
  /** The newest first. */
  versions(
    assistantId: string,
    metadata: JsonObject | undefined,
    limit: number,
    offset: number,
  ): Promise<readonly AssistantVersion[]>;
  /** False when there is none. */
  remove(assistantId: string): Promise<boolean>;
}

/** An agent that came with the worker, by a file of its name. */
export interface FileAgent {
  readonly name: string;
  readonly definition: JsonObject;
  /** ISO 8601. */
  readonly changedAt: string;
}

/** The agents of files, as they are now, in the order of their names. */
export type FileAgents = () => Promise<readonly FileAgent[]>;

/** What jobs that carry no definition run by. */
export interface Definitions {
  /** The definition of an agent, by its id or its name. */
  named(agent: string): Promise<JsonObject | undefined>;
  /** The definition of the job that was asked for last on a thread, or whose own thread it is. */
  ofThread(thread: string): Promise<JsonObject | undefined>;
  /** The definition that a job began with, whose agent may be gone since. */
  ofJob(jobId: string): Promise<JsonObject | undefined>;
}
