import { command } from '../../command-line/command.ts';
import type { Command, Group } from '../../command-line/command.ts';
import { DONE, REFUSED } from '../../command-line/exit-code.ts';
import { Failure } from '../../command-line/failure.ts';
import { commonFlags } from '../../command-line/help.ts';
import { scripts } from '../output/completion.ts';
import type { Words } from '../output/completion.ts';

const shells = ['bash', 'zsh', 'fish'] as const;

export const completion = command({
  description: `Prints a script by which a shell completes commands and flags:
  bash: source <(zerotouch completion bash)
  zsh:  source <(zerotouch completion zsh), after compinit
  fish: zerotouch completion fish | source`,
  operands: { usage: shells.join('|'), least: 1, most: 1 },
  flags: {},
  async run({ operands: [wanted] }, terminal) {
    const shell = shells.find((each) => each === wanted);
    if (shell === undefined)
      throw new Failure(`cannot complete for ${wanted}: expected one of ${shells.join(', ')}`, REFUSED);
    // The program is asked for what it has, so that nothing is missing here that is there.
    const { zerotouch } = await import('../program.ts');
    terminal.print(scripts[shell](await wordsOf(zerotouch.root, [])));
    return DONE;
  },
});

/** What may follow after each command. */
async function wordsOf(found: Command | Group, path: readonly string[]): Promise<Words[]> {
  const common = Object.keys(commonFlags).map((flag) => `--${flag}`);
  if (found.kind === 'command')
    return [{ path, words: [...Object.keys(found.flags).map((flag) => `--${flag}`), ...common], last: true }];
  const members = Object.entries(found.members);
  const below = await Promise.all(
    members.map(async ([name, member]) => wordsOf(await member.load(), [...path, name])),
  );
  return [{ path, words: [...members.map(([name]) => name), ...common], last: false }, ...below.flat()];
}
