import { command } from '../../../command-line/command.ts';
import { DONE } from '../../../command-line/exit-code.ts';
import { wholeNumber } from '../../../command-line/flag.ts';
import { jobIdOf } from '../../jobs/manage/replay-letter.ts';
import type { DeadLetter } from '../../jobs/rules/dead-letter.ts';
import { ENVIRONMENT } from '../configure.ts';
import { age, table } from '../jobs/table.ts';
import { withDeadLetters } from './open-letters.ts';

function rowOf(letter: DeadLetter): readonly string[] {
  const { sequence, at, code, reason } = letter;
  return [String(sequence), age(at.toISOString(), Date.now()), jobIdOf(letter) ?? '', code, reason];
}

/** `worker dead list`. */
export const listCommand = command({
  description: `Lists messages that were put aside, the oldest first.
${ENVIRONMENT}`,
  flags: {
    from: { value: 'NUMBER', otherwise: '1', help: 'The first one to look at.', read: wholeNumber(1) },
    limit: { value: 'NUMBER', otherwise: '50', help: 'Most of them to list.', read: wholeNumber(1) },
  },
  run: ({ flags }, terminal) =>
    withDeadLetters(async (letters) => {
      const found = await letters.list(flags.from, flags.limit);
      terminal.print(table(['NUMBER', 'AGE', 'JOB', 'CODE', 'REASON'], found.map(rowOf), terminal.columns));
      return DONE;
    }),
});
