/** `npm run simulate`: the job loop through seeded faults in virtual time, for a night if need be. */
import { command } from '../../command-line/command.ts';
import { DONE, FAILED } from '../../command-line/exit-code.ts';
import { wholeNumber } from '../../command-line/flag.ts';
import { main } from '../../command-line/main.ts';
import manifest from '../../package.json' with { type: 'json' };
import { simulate } from './world.ts';

const run = command({
  description:
    'Runs the job loop through faults that follow from a seed, and says which seeds broke a rule: the same seed breaks it again.',
  flags: {
    seeds: { value: 'NUMBER', otherwise: '200', help: 'How many seeds.', read: wholeNumber(1) },
    from: { value: 'SEED', otherwise: '1', help: 'The first of them.', read: wholeNumber(0) },
  },
  async run({ flags }, terminal) {
    const faults = new Map<string, number>();
    let broken = 0;
    for (let seed = flags.from; seed < flags.from + flags.seeds; seed += 1) {
      const outcome = await simulate(seed);
      for (const [fault, times] of outcome.faults) faults.set(fault, (faults.get(fault) ?? 0) + times);
      if (outcome.violations.length === 0) continue;
      broken += 1;
      terminal.print(`seed ${seed}: ${outcome.violations.join('; ')}\n`);
    }
    for (const [fault, times] of faults) terminal.print(`${fault}: ${times}\n`);
    terminal.print(`${flags.seeds} seeds, ${broken} broken\n`);
    return broken === 0 ? DONE : FAILED;
  },
});

await main({ name: 'simulate', version: manifest.version, root: run });
