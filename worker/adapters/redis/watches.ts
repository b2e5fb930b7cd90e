import type { Redis } from 'ioredis';
import type { Watch } from '../../ports.ts';
import { Watchers } from '../watchers.ts';
import { isEnd } from './event-body.ts';
import { listener } from './listener.ts';
import { channelOf, isBefore, isPlace, jobOf, keyOf, START } from './places.ts';

/** Watches over any number of jobs. */
export interface Watches {
  watch(jobId: string, only?: 'end'): Watch;
  close(): void;
}

/** Jobs whose messages may not come now are looked at this often. */
const LOOK_MS = 1_000;
/** And each so many times all of them are: what was published by a server that is not ours any more was never heard. */
const ALL_EVERY = 15;
/** Streams that one command looks at. */
const STREAMS = 500;

/** The earliest of some places; the start where somebody has none, or one of another server. */
function earliest(places: readonly (string | undefined)[]): string {
  return places
    .map((place) => (place !== undefined && isPlace(place) ? place : START))
    .reduce((one, other) => (isBefore(other, one) ? other : one));
}

/** Hears of what is added over `hearing`, a connection of its own; what may not have been heard is looked for over `asking`. */
export function redisWatches(asking: Redis, hearing: Redis): Watches {
  const watchers = new Watchers({
    first(jobId) {
      ears.add(channelOf(jobId));
      looking ??= setInterval(look, LOOK_MS).unref();
    },
    last: (jobId) => ears.remove(channelOf(jobId)),
  });
  const ears = listener(hearing, (channel, message) =>
    watchers.ring(jobOf(channel), message === undefined || isEnd(message)),
  );
  let looking: NodeJS.Timeout | undefined;
  let looks = 0;

  const lookAt = async (jobs: readonly { jobId: string; places: readonly (string | undefined)[] }[]) => {
    const keys = jobs.map(({ jobId }) => keyOf(jobId));
    const places = jobs.map((job) => earliest(job.places));
    try {
      const found = await asking.xread('COUNT', 1, 'STREAMS', ...keys, ...places);
      const added = new Set(found?.map(([key]) => key));
      for (const { jobId } of jobs) if (added.has(keyOf(jobId))) watchers.ring(jobId);
    } catch {
      // Whoever reads is told why not.
      for (const { jobId } of jobs) watchers.ring(jobId);
    }
  };

  const look = (): void => {
    looks += 1;
    const isOfAll = looks % ALL_EVERY === 0;
    if (isOfAll) ears.check();
    // All are told once it is back.
    if (asking.status !== 'ready') return;
    const jobs = [...watchers.waiting()].filter(({ jobId }) => isOfAll || !ears.hears(channelOf(jobId)));
    for (let start = 0; start < jobs.length; start += STREAMS)
      void lookAt(jobs.slice(start, start + STREAMS));
  };

  asking.on('ready', () => watchers.ringAll());

  return {
    watch: (jobId, only) => watchers.watch(jobId, only),
    close() {
      clearInterval(looking);
      ears.close();
    },
  };
}
