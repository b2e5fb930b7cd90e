import type { Sources } from '../../sources.ts';
import type { Log } from '../parts.ts';
import { asFailure } from '../rules/failures.ts';
import type { Failure } from '../rules/failures.ts';
import type { Breakers } from './breakers.ts';

/** What the run of a job is told of sources, and tells. `job` is who asks, as the breakers know it. */
export function sourcesFor(job: object, breakers: Breakers, log: Log): Sources {
  return {
    mayAsk: (source) => breakers.mayAsk(job, source),
    away(error) {
      const failure = asFailure(error);
      const { source, code } = failure;
      log.warn({ source, code, err: failure }, 'a model is away, and the job goes on without it');
      noteFailed(breakers, failure, log);
    },
  };
}

/** Counts a failure of a source, and says when it is the one from which on that is left alone. */
export function noteFailed(breakers: Pick<Breakers, 'failed'>, failure: Failure, log: Log): void {
  if (!breakers.failed(failure)) return;
  log.error({ source: failure.source, code: failure.code }, 'jobs that need this source wait');
}
