import type { Meter } from '../jobs/parts.ts';
import type { EventStream } from '../ports.ts';

/** A stream of live events that counts each one that was stored. */
export function meteredEvents(events: EventStream, meter: Pick<Meter, 'event'>): EventStream {
  return {
    ...events,
    async append(jobId, added, token) {
      await events.append(jobId, added, token);
      for (const { type } of added) meter.event(type);
    },
  };
}
