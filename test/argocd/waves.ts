import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from '../engine/api.ts';
import { applications } from './applications.ts';
import type { Seen } from './applications.ts';

/** What was seen of the order in which the root made its Applications. */
export interface Waves extends AsyncDisposable {
  /** Names in the order in which they were first seen; within a wave by name. */
  readonly order: readonly string[];
  /** Each Application that was there before all of the wave before its own was well, and what was not. */
  readonly leaks: readonly string[];
}

const isWell = ({ sync, health }: Seen) => sync !== 'Unknown' && health === 'Healthy';

/** Watches until it is disposed of. The ApplicationSet stands for what it makes. */
export function watchWaves(api: Api): Waves {
  const controller = new AbortController();
  const order: string[] = [];
  const leaks: string[] = [];
  const look = async () => {
    const found = (await applications(api)).filter(({ name }) => name !== 'root');
    const fresh = found.filter(({ name }) => !order.includes(name));
    for (const { name, wave } of fresh.toSorted((a, b) => a.wave - b.wave || (a.name < b.name ? -1 : 1))) {
      order.push(name);
      // What tenants get has no wave of the root's: it comes with the last.
      const mine = name.startsWith('tenant-') ? 99 : wave;
      // Those before that one have been looked at when it began itself: what was well may be sick again by now.
      const last = Math.max(...found.map((each) => each.wave).filter((each) => each < mine));
      const late = found.filter((each) => each.wave === last && last > 0 && !isWell(each));
      if (mine > 0 && late.length > 0)
        leaks.push(`${name} before ${late.map((each) => JSON.stringify(each)).join(', ')}`);
    }
  };
  const loop = (async () => {
    while (!controller.signal.aborted) {
      // Before Argo CD is there, there is no such kind.
      await look().catch(() => undefined);
      await sleep(200, undefined, { signal: controller.signal }).catch(() => undefined);
    }
  })();
  return {
    order,
    leaks,
    async [Symbol.asyncDispose]() {
      controller.abort();
      await loop;
    },
  };
}
