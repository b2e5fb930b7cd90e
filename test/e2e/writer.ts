import { gone } from './claims.ts';
import type { Kubectl } from './kubectl.ts';
import { until } from '../engine/until.ts';
import { startPod } from './pods.ts';
import { programPod } from './programs.ts';
import { here, namespace } from './world.ts';

/** How an application that writes all the time is doing; see `pods/writer.ts`. */
interface Writing {
  readonly acknowledged: number;
  readonly failed: number;
  readonly connections: number;
  readonly refusedLogins: number;
  readonly longestGapMs: number;
  readonly lastError: string;
  readonly lastErrorAt: number;
  readonly now: number;
}

/** A Pod that writes to the database of a claim, with the claim's Secret mounted. */
export function writer(cluster: Kubectl, claim: string) {
  const pod = `${claim}-writer`;
  // The program answers in these shapes.
  const state = async () => (await cluster.ask(pod, namespace, 8080, '/')) as unknown as Writing;

  async function written(rows: number, seconds: number, calm: number, logins: number): Promise<Writing> {
    const from = await state();
    let last: Writing | undefined;
    return until(
      `${pod} has written ${rows} more rows`,
      async () => {
        last = await state();
        const enough =
          last.acknowledged >= from.acknowledged + rows && last.connections >= from.connections + logins;
        return enough && last.now - last.lastErrorAt >= calm && last;
      },
      { seconds, every: 500, describe: () => last },
    );
  }

  return {
    state,
    start: () =>
      startPod(cluster, pod, [
        programPod({ name: pod, program: 'writer', namespace, secret: `${claim}-conn` }),
      ]),
    async end(): Promise<void> {
      await cluster.remove(here(`pod/${pod}`), '--now');
      await gone(cluster, here(`pod/${pod}`), 60);
    },

    /** Waits until this many more rows are acknowledged, the last of them with no error for `calm` milliseconds. */
    async writes(rows: number, seconds: number, calm = 0): Promise<Writing> {
      return written(rows, seconds, calm, 0);
    },

    /** The same, once it has logged in again: until then it may go on with a connection of before. */
    async writesAnew(rows: number, seconds: number, calm: number): Promise<Writing> {
      return written(rows, seconds, calm, 1);
    },

    /** Makes sure that every acknowledged row is there; says how many. */
    async verify(): Promise<string> {
      const found = (await cluster.ask(pod, namespace, 8080, '/verify')) as unknown as {
        acknowledged: number;
        lost: number[];
      };
      if (found.lost.length > 0)
        throw new Error(`${found.lost.length} of ${found.acknowledged} acknowledged rows are lost`);
      return `${found.acknowledged} acknowledged, none lost`;
    },
  };
}
