import { command } from '../../../command-line/command.ts';
import { DONE } from '../../../command-line/exit-code.ts';
import { wholeNumber } from '../../../command-line/flag.ts';
import { readMessage } from '../../jobs/rules/message.ts';
import type { DeadLetter } from '../../adapters/nats/dead-letters.ts';
import { ENVIRONMENT } from '../configure.ts';
import { age, table } from '../jobs/table.ts';
import { withDeadLetters } from './open-letters.ts';

/** The job that a dead letter names, if it names one. */
export function jobIdOf({ headers, body }: DeadLetter): string | undefined {
  const message = readMessage(headers, body);
  return message.kind === 'job' ? message.request.jobId : message.jobId;
}

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
