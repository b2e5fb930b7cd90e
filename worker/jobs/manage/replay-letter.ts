import type { JobStore } from '../../job-store.ts';
import type { DeadLetter } from '../rules/dead-letter.ts';
import { readMessage } from '../rules/message.ts';

/** Dead letters of one executor, to be looked at and published again. */
export interface DeadLetters {
  /** Those from a place on, at most so many, the oldest first. */
  list(from: number, limit: number): Promise<readonly DeadLetter[]>;
  read(sequence: number): Promise<DeadLetter | undefined>;
  /** Publishes the message where it was published first. */
  publish(letter: DeadLetter): Promise<void>;
  remove(sequence: number): Promise<void>;
}

/** The job that a dead letter names, if it names one. */
export function jobIdOf({ headers, body }: DeadLetter): string | undefined {
  const message = readMessage(headers, body);
  return message.kind === 'job' ? message.request.jobId : message.jobId;
}

/** What was done with a letter, or why nothing was. */
export type Replay =
  | { readonly kind: 'retried'; readonly jobId: string }
  | { readonly kind: 'published'; readonly subject: string }
  | { readonly kind: 'unknown' | 'cut' }
  | { readonly kind: 'completed' | 'unfinished'; readonly jobId: string };

/** Takes up a message that was put aside: a job that failed is retried, anything else is published again. The letter is removed then. */
export async function replayLetter(
  store: Pick<JobStore, 'retry'>,
  letters: DeadLetters,
  sequence: number,
): Promise<Replay> {
  const letter = await letters.read(sequence);
  if (!letter) return { kind: 'unknown' };
  const jobId = jobIdOf(letter);
  if (jobId !== undefined) {
    const answer = await store.retry(jobId);
    if (answer === 'retried') await letters.remove(sequence);
    if (answer === 'retried' || answer === 'completed' || answer === 'unfinished')
      return { kind: answer, jobId };
  }
  if (letter.cut) return { kind: 'cut' };
  await letters.publish(letter);
  await letters.remove(sequence);
  return { kind: 'published', subject: letter.subject };
}

/** The same in words. */
export function replayed(replay: Replay): string {
  switch (replay.kind) {
    case 'retried':
      return `job ${replay.jobId} goes on from its last checkpoint`;
    case 'published':
      return `published on ${replay.subject} again`;
    case 'unknown':
      return 'there is none of this number';
    case 'cut':
      return 'only the start of its body was kept';
    case 'completed':
    case 'unfinished':
      return `job ${replay.jobId} is ${replay.kind}`;
  }
}
