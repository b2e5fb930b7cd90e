/** What a run knows of the sources (`Agent.needs`) of which one takes another's place. */
export interface Sources {
  /** Whether it may be asked now: one that is left alone is tried by one job at a time, when its time has come. */
  mayAsk(source: string): boolean;
  /** Resolves when a model of this name may be asked once, by the rates of the worker; rejects when the run ends before. */
  turn(model: string): Promise<void>;
  /** The run goes on without the source of this Failure (jobs/rules/failures.ts). */
  away(failure: Error): void;
}
