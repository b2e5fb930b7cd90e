import { AsyncLocalStorage } from 'node:async_hooks';
import type { Sources } from '../sources.ts';
import { Places } from './model/places.ts';

interface Asking {
  readonly sources: Sources;
  readonly places: Places;
}

/** One graph serves many jobs at once: whose call it is that it makes, the flow of the program knows. */
const asking = new AsyncLocalStorage<Asking>();

/** Does all the work of a run with what it knows of its sources, and no more than so many calls of models at once. */
export function runAsking<T>(sources: Sources, modelCalls: number, work: () => Promise<T>): Promise<T> {
  return asking.run({ sources, places: new Places(modelCalls) }, work);
}

/** What the run that makes this call knows of its sources; undefined outside of one. */
export function currentSources(): Sources | undefined {
  return asking.getStore()?.sources;
}

/** Calls a model of this name when the run has a place for one more call and the rates of the worker let it; at once outside of one. */
export async function inTurn<T>(model: string, call: () => Promise<T>): Promise<T> {
  const run = asking.getStore();
  if (run === undefined) return call();
  return run.places.within(async () => {
    await run.sources.turn(model);
    return call();
  });
}
