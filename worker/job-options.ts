/** So many jobs of a key run at once. */
export interface Concurrency {
  readonly key: string;
  readonly limit: number;
}

/** So many attempts at jobs of a key begin in any time of so many seconds. */
export interface Rate {
  readonly key: string;
  readonly limit: number;
  readonly per_seconds: number;
}

/** How often a model may be asked, by all workers together. */
export type ModelRate = Omit<Rate, 'key'>;

/** How a job wants to be run, as the wire carries it (jobs/rules/options.ts); what is absent is as the worker is set. */
export interface JobOptions {
  readonly attempts?: number;
  readonly patience_seconds?: number;
  /** From the time when the job was asked for. */
  readonly deadline_seconds?: number;
  readonly priority?: number;
  /** From the time when the store first hears of the job. */
  readonly after_seconds?: number;
  readonly concurrency?: Concurrency;
  readonly rates?: readonly Rate[];
  readonly tags?: readonly string[];
}
