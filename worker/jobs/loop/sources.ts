import type { Sources } from '../../sources.ts';
import type { Log, Parts } from '../parts.ts';
import { asFailure } from '../rules/failures.ts';
import type { Failure } from '../rules/failures.ts';
import type { Breakers } from './breakers.ts';

type Asked = Pick<Parts, 'breakers' | 'store' | 'clock' | 'meter' | 'settings'>;

/** What the run of a job is told of sources, and tells. `job` is who asks, as the breakers know it; `ending` ends its waits. */
export function sourcesFor(job: object, parts: Asked, log: Log, ending: AbortSignal): Sources {
  const { breakers } = parts;
  return {
    mayAsk: (source) => breakers.mayAsk(job, source),
    turn: (model) => turnOf(model, parts, log, ending),
    away(error) {
      const failure = asFailure(error);
      const { source, code } = failure;
      log.warn({ source, code, err: failure }, 'a model is away, and the job goes on without it');
      noteFailed(breakers, failure, log);
    },
  };
}

/** Waits, where models of this name have a rate. */
async function turnOf(
  model: string,
  { store, clock, meter, settings }: Asked,
  log: Log,
  ending: AbortSignal,
): Promise<void> {
  const rate = settings.modelRates?.get(model);
  if (!rate) return;
  const waitMs = await store.takeTurn({ ...rate, key: model });
  if (waitMs === 0) return;
  meter.count('model_turn');
  log.debug({ model, waitMs }, 'waiting for the turn at a model');
  await clock.sleep(waitMs, ending);
  ending.throwIfAborted();
}

/** Counts a failure of a source, and says when it is the one from which on that is left alone. */
export function noteFailed(breakers: Pick<Breakers, 'failed'>, failure: Failure, log: Log): void {
  if (!breakers.failed(failure)) return;
  log.error({ source: failure.source, code: failure.code }, 'jobs that need this source wait');
}
