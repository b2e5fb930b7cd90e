import type { Clock, EventStream, StoredEvent } from '../../ports.ts';
import { Watchers } from '../watchers.ts';

interface Channel {
  readonly events: StoredEvent[];
  /** Events that were pushed out by newer ones. */
  trimmed: number;
  /** Of the lease that added last. */
  token: number;
  ended: boolean;
}

/** Live events in this process, the last `length` of each job. The place of an event is `milliseconds-number`, as in Redis. */
export function memoryEvents(clock: Clock, length: number): EventStream {
  const channels = new Map<string, Channel>();
  const watchers = new Watchers();

  const channelOf = (jobId: string): Channel => {
    const known = channels.get(jobId) ?? { events: [], trimmed: 0, token: 0, ended: false };
    channels.set(jobId, known);
    return known;
  };

  return {
    append(jobId, events, token) {
      const channel = channelOf(jobId);
      if (token < channel.token) return Promise.resolve();
      if (token > channel.token) channel.ended = false;
      channel.token = token;
      for (const { type, data } of events) {
        if (channel.ended) break;
        const place = channel.trimmed + channel.events.length + 1;
        channel.events.push({ id: `${clock.wall().getTime()}-${place}`, type, data });
        channel.ended = type === 'end';
        if (channel.events.length > length) {
          channel.events.shift();
          channel.trimmed += 1;
        }
      }
      watchers.ring(jobId, channel.ended);
      return Promise.resolve();
    },
    read(jobId, after, limit) {
      const { events, trimmed } = channelOf(jobId);
      const place = Number(after?.split('-')[1] ?? 0);
      const page = events.slice(Math.max(0, place - trimmed)).slice(0, limit);
      return Promise.resolve({ events: page, gap: place < trimmed });
    },
    watch: (jobId, only) => watchers.watch(jobId, only),
    check: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
