import type { Log } from '../jobs/parts.ts';
import type { Clock } from '../ports.ts';

/** What is known of one dependency: undefined when all is well, else the reason in one line. */
export type Reason = string | undefined;

/** Asks the dependencies in the background, so that a probe is answered at once whatever they do. */
export interface Readiness {
  /** The reason for each dependency by name. */
  reasons(): Readonly<Record<string, Reason>>;
  ready(): boolean;
  /** Resolves when each of these has been well once, or when the signal fires. Throws when one of them never will be. */
  wait(names: readonly string[], signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface Dependency {
  readonly name: string;
  check(): Promise<void>;
  /** Once it has been well, losing it makes the worker poorer but not unready. */
  readonly optionalLater: boolean;
  /** Whether an error of `check` is one that no waiting mends. */
  isFinal?(error: unknown): boolean;
}

const EVERY_MS = 2_000;
const PATIENCE_MS = 3_000;

function because(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error.message || error.name}${cause}`;
}

async function ask(dependency: Dependency, clock: Clock, giveUp: (error: unknown) => void): Promise<Reason> {
  const answered = new AbortController();
  const late = clock
    .sleep(PATIENCE_MS, answered.signal)
    .then((): Reason => `no answer within ${PATIENCE_MS / 1000} s`);
  const asked = (async () => dependency.check())().then(
    () => undefined,
    (error: unknown) => {
      if (dependency.isFinal?.(error)) giveUp(error);
      return because(error);
    },
  );
  try {
    return await Promise.race([asked, late]);
  } finally {
    answered.abort();
  }
}

/** `hide` blots secrets out of reasons: `/ready` is open to everyone. */
export function readiness(
  dependencies: readonly Dependency[],
  clock: Clock,
  log: Log,
  hide: (text: string) => string,
): Readiness {
  const state = new Map<string, Reason>(dependencies.map(({ name }) => [name, 'not asked yet']));
  const wellOnce = new Set<string>();
  const closing = new AbortController();
  const hopeless = new AbortController();

  const note = (name: string, reason: Reason): void => {
    if (reason === undefined) wellOnce.add(name);
    const shown = reason && hide(reason);
    if (state.get(name) === shown) return;
    state.set(name, shown);
    if (shown === undefined) log.info({ dependency: name }, 'dependency is ready');
    else log.warn({ dependency: name, reason: shown }, 'dependency is not ready');
  };

  const follow = async (dependency: Dependency): Promise<void> => {
    while (!closing.signal.aborted) {
      note(dependency.name, await ask(dependency, clock, (error) => hopeless.abort(error)));
      const soon = wellOnce.has(dependency.name) ? EVERY_MS : EVERY_MS / 8;
      await clock.sleep(soon, closing.signal);
    }
  };
  const following = dependencies.map(follow);

  return {
    reasons: () => Object.fromEntries(state),
    ready: () =>
      dependencies.every(
        ({ name, optionalLater }) => state.get(name) === undefined || (optionalLater && wellOnce.has(name)),
      ),
    async wait(names, signal) {
      while (!signal.aborted && !names.every((name) => wellOnce.has(name))) {
        hopeless.signal.throwIfAborted();
        await clock.sleep(20, signal);
      }
    },
    async close() {
      closing.abort();
      await Promise.all(following);
    },
  };
}
