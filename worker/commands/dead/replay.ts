import { command } from '../../../command-line/command.ts';
import { DONE, FAILED } from '../../../command-line/exit-code.ts';
import { replayLetter, replayed } from '../../jobs/manage/replay-letter.ts';
import { ENVIRONMENT } from '../configure.ts';
import { withJobs } from '../jobs/open-store.ts';
import { withDeadLetters } from './open-letters.ts';

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
            const outcome = await replayLetter(store, letters, number);
            const done = outcome.kind === 'retried' || outcome.kind === 'published';
            if (done) terminal.print(`${number}: ${replayed(outcome)}\n`);
            else terminal.say(`cannot replay ${number}: ${replayed(outcome)}`);
            failed ||= !done;
          }
          return failed ? FAILED : DONE;
        }),
    );
  },
});
