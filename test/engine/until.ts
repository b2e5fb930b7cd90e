import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Tries until `attempt` gives something other than undefined or false, and returns that.
 *
 * @param what says what is waited for: "claim is Ready"
 * @throws `not within N s: what`, with the last attempt's own error or `describe()` as the reason
 */
export async function until<T>(
  what: string,
  attempt: () => Promise<T | undefined | false>,
  {
    seconds = 120,
    every = 50,
    describe,
  }: { seconds?: number; every?: number; describe?: () => unknown } = {},
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const tried = await attempt().then(
      (value) => ({ value, error: undefined }),
      (error: unknown) => ({ value: undefined, error }),
    );
    if (tried.value !== undefined && tried.value !== false) return tried.value;
    if (performance.now() > deadline) {
      const reason = tried.error instanceof Error ? tried.error.message : JSON.stringify(describe?.());
      throw new Error(`not within ${seconds} s: ${what}${reason ? `: ${reason}` : ''}`, {
        cause: tried.error,
      });
    }
    await sleep(every);
  }
}
