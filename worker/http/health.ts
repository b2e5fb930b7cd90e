import type { JsonObject } from '../json.ts';
import type { Answer } from './answer.ts';
import type { Service } from './service.ts';

/** `GET /health`: 503 when a loop is dead, which only a restart can mend. */
export function health({ liveness, metrics, parts }: Service): Answer {
  const dead = [...liveness.dead()];
  metrics.http.health('liveness', dead.length === 0);
  const timestamp = parts.clock.wall().toISOString();
  if (dead.length === 0) return { status: 200, body: { status: 'healthy', timestamp } };
  return { status: 503, body: { status: 'unhealthy', dead, timestamp } };
}

/**
 * `GET /ready`: 200 when jobs can be taken and finished. Each dependency is `ok` or gives its reason. A provider that is left
 * alone is named with the code of its failure; jobs that need it wait, and the worker is ready for others.
 */
export function ready({ readiness, metrics, parts, stopping }: Service): Answer {
  const isReady = readiness.ready() && !stopping.aborted;
  metrics.http.health('readiness', isReady);
  const services: JsonObject = Object.fromEntries(
    Object.entries({ ...parts.breakers.reasons(), ...readiness.reasons() }).map(([name, reason]) => [
      name,
      reason ?? 'ok',
    ]),
  );
  const timestamp = parts.clock.wall().toISOString();
  const status = isReady ? 'ready' : 'not_ready';
  return { status: isReady ? 200 : 503, body: { status, services, timestamp } };
}
