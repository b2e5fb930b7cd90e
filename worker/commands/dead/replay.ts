import { command } from '../../../command-line/command.ts';
import { DONE, FAILED } from '../../../command-line/exit-code.ts';
import type { DeadLetters } from '../../adapters/nats/dead-letters.ts';
import type { JobStore } from '../../job-store.ts';
import { ENVIRONMENT } from '../configure.ts';
import { withJobs } from '../jobs/open-store.ts';
import { jobIdOf } from './list.ts';
import { withDeadLetters } from './open-letters.ts';

/** What was done with a letter, or why nothing was. */
type Replay = { readonly done: string } | { readonly not: string };

async function replay(store: JobStore, letters: DeadLetters, number: number): Promise<Replay> {
  const letter = await letters.read(number);
  if (!letter) return { not: 'there is none of this number' };
  const jobId = jobIdOf(letter);
  const answer = jobId === undefined ? 'unknown' : await store.retry(jobId);
  if (answer === 'retried') {
    await letters.remove(number);
    return { done: `job ${jobId ?? ''} goes on from its last checkpoint` };
  }
  if (answer === 'completed' || answer === 'unfinished') return { not: `job ${jobId ?? ''} is ${answer}` };
  if (letter.cut) return { not: 'only the start of its body was kept' };
  await letters.publish(letter);
  await letters.remove(number);
  return { done: `published on ${letter.subject} again` };
}

function numbers(operands: readonly string[]): readonly number[] {
  return operands.map((text) => {
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw new Error(`expected the number of a dead letter, got "${text}"`);
  });
}

/** `worker dead replay`. */
export const replayCommand = command({
  description: `Takes up messages that were put aside: a job that failed is retried, anything else is published again where it came from.
The letter is removed then. Ends with 1 when one could not be taken up.
${ENVIRONMENT}`,
  operands: { usage: 'NUMBER…', least: 1, most: 1_000 },
  flags: {},
  run: async ({ operands }, terminal) => {
    const all = numbers(operands);
    return withJobs(
      () => undefined,
      ({ store }) =>
        withDeadLetters(async (letters) => {
          let failed = false;
          for (const number of all) {
            const outcome = await replay(store, letters, number);
            if ('done' in outcome) terminal.print(`${number}: ${outcome.done}\n`);
            else terminal.say(`cannot replay ${number}: ${outcome.not}`);
            failed ||= 'not' in outcome;
          }
          return failed ? FAILED : DONE;
        }),
    );
  },
});
