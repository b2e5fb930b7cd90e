import { helpOf, parseArguments, usageError } from './arguments.ts';
import type { Command } from './command.ts';
import { Failure } from './failure.ts';
import type { Terminal } from './terminal.ts';

const commands: Readonly<Record<string, () => Promise<Command>>> = {
  render: async () => (await import('./commands/render.ts')).render,
  validate: async () => (await import('./commands/validate.ts')).validate,
  diff: async () => (await import('./commands/diff.ts')).diff,
};

/** Runs the command that the arguments name, and answers with its exit code. */
export async function execute(argv: readonly string[], terminal: Terminal): Promise<number> {
  const [name = '', ...rest] = argv;
  try {
    const command = await find(name);
    const args = parseArguments(name, command.flags, rest);
    if (!args.has('help')) return await command.run(args, terminal);
    terminal.print(helpOf(command.usage, command.description, command.flags));
    return 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    terminal.say(error.message);
    return error.exitCode;
  }
}

function find(name: string): Promise<Command> {
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load !== undefined) return load();
  const known = Object.keys(commands).join(', ');
  throw new Failure(`expected a command, one of ${known}; got ${name || 'none'}`, usageError);
}
