import type { Clock, JobStore, Letter, Queue } from '../ports.ts';

/** Sends the letters that transactions wrote. */
export interface Outbox {
  /** Publishes letters that this worker has just written. What fails is left for the sweep of any worker. */
  send(letters: readonly Letter[]): Promise<void>;
  /** Publishes letters that nobody sent in time; gives their number. */
  sweep(): Promise<number>;
  /** Crosses off what is published and not yet crossed off. */
  close(): Promise<void>;
}

/** Published letters are crossed off together: one statement for all jobs that finish within this time. */
const CROSS_OFF_MS = 20;
const SWEEP_LIMIT = 100;
/** Longer than a publish may take, so that no two workers send one letter at the same time. */
const SWEEP_HOLD_MS = 7_000;

/** `onError` hears of each letter that could not be sent, and of each batch that could not be crossed off. */
export function outbox(
  queue: Pick<Queue, 'publish'>,
  store: Pick<JobStore, 'takeUnsent' | 'sent'>,
  clock: Clock,
  onError: (error: unknown) => void,
): Outbox {
  let published: string[] = [];
  let crossing: Promise<void> | undefined;
  /** While the queue is away one letter at a time is tried, so that the others are not held when it is back. */
  let away = false;

  const crossOff = async (): Promise<void> => {
    await clock.sleep(CROSS_OFF_MS);
    const ids = published;
    published = [];
    crossing = undefined;
    // Sent but not crossed off: the sweep sends it again, under the same id, which the queue drops.
    await store.sent(ids).catch(onError);
  };

  const publish = async (letter: Letter): Promise<void> => {
    try {
      await queue.publish(letter);
      away = false;
    } catch (error) {
      away = true;
      onError(error);
      return;
    }
    published.push(letter.id);
    crossing ??= crossOff();
  };

  const send = async (letters: readonly Letter[]): Promise<void> => {
    await Promise.all(letters.map(publish));
  };

  return {
    send,
    async sweep() {
      const letters = await store.takeUnsent(away ? 1 : SWEEP_LIMIT, SWEEP_HOLD_MS);
      await send(letters);
      return letters.length;
    },
    async close() {
      await crossing;
    },
  };
}
