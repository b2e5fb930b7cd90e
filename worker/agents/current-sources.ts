import { AsyncLocalStorage } from 'node:async_hooks';
import type { Sources } from '../sources.ts';

/** One graph serves many jobs at once: whose call it is that it makes, the flow of the program knows. */
const sources = new AsyncLocalStorage<Sources>();

/** Does all the work of a run with what it knows of its sources. */
export function runAsking<T>(of: Sources, work: () => Promise<T>): Promise<T> {
  return sources.run(of, work);
}

/** What the run that makes this call knows of its sources; undefined outside of one. */
export function currentSources(): Sources | undefined {
  return sources.getStore();
}
