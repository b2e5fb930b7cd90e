import { DueJobs } from './loop/due-jobs.ts';
import { InHand } from './loop/in-hand.ts';
import type { Parts } from './parts.ts';
import { outbox } from './upkeep/outbox.ts';

/** Adds the parts that the loop makes of the others; `unsent` hears why an event cannot be sent yet. */
export function completeParts(
  given: Omit<Parts, 'outbox' | 'inHand' | 'due'>,
  unsent: (error: unknown) => void,
): Parts {
  const { queue, store, events, clock, settings, breakers } = given;
  const inHand = new InHand(clock);
  return {
    ...given,
    outbox: outbox(queue, events, store, clock, unsent),
    inHand,
    due: new DueJobs(store, clock, settings, breakers, inHand),
  };
}
