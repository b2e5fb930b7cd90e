import { closest } from './closest.ts';
import type { Command, Group, Member } from './command.ts';
import { DONE, REFUSED } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { Failure } from './failure.ts';
import { commandHelp, commonFlags, groupHelp, usageOf } from './help.ts';
import { keptByNpm } from './npm-script.ts';
import type { NpmScript } from './npm-script.ts';
import { parse } from './parse.ts';
import type { Terminal } from './terminal.ts';

/** A program: a command, or a group of them. */
export interface Program {
  readonly name: string;
  readonly version: string;
  readonly root: Command | Group;
}

/** Runs what the arguments ask for, and answers with the exit code. Whatever goes wrong is said on the terminal. */
export async function runProgram(
  program: Program,
  args: readonly string[],
  terminal: Terminal,
  script?: NpmScript,
): Promise<ExitCode> {
  try {
    return await runIn(program.root, args, { program, path: [], terminal, script });
  } catch (error) {
    terminal.say(told(error));
    return error instanceof Failure ? error.exitCode : REFUSED;
  }
}

interface Context {
  readonly program: Program;
  /** The words by which the command was found. */
  readonly path: readonly string[];
  readonly terminal: Terminal;
  readonly script: NpmScript | undefined;
}

function runIn(found: Command | Group, args: readonly string[], context: Context): Promise<ExitCode> {
  return found.kind === 'command' ? runCommand(found, args, context) : runGroup(found, args, context);
}

async function runGroup(group: Group, args: readonly string[], context: Context): Promise<ExitCode> {
  const { program, path, terminal } = context;
  const [first = '', ...rest] = args;
  if (first === 'help' && !Object.hasOwn(group.members, first))
    return runGroup(group, [...rest, '--help'], context);
  if (first === '--help' || first === '-h') return printed(groupHelp(nameOf(context), group), terminal);
  if (first === '--version') return printed(program.version, terminal);
  const named = first !== '' && !first.startsWith('-');
  const name = named ? first : (group.standard ?? first);
  const member = memberOf(group, name, context);
  return runIn(await member.load(), named ? rest : args, { ...context, path: [...path, name] });
}

function memberOf({ members }: Group, name: string, context: Context): Member {
  const member = Object.hasOwn(members, name) ? members[name] : undefined;
  if (member !== undefined) return member;
  const known = Object.keys(members);
  const meant = closest(name, known);
  throw new Failure(
    `expected a command, one of ${known.join(', ')}; got ${name || 'none'}` +
      `${meant === undefined ? '' : `; did you mean ${meant}?`}\n${nameOf(context)} --help says more.`,
    REFUSED,
  );
}

async function runCommand(own: Command, args: readonly string[], context: Context): Promise<ExitCode> {
  const { program, terminal, script } = context;
  const name = nameOf(context);
  const common = without(commonFlags, own.flags);
  const command: Command = { ...own, flags: { ...own.flags, ...common } };
  const kept = script === undefined ? '' : keptByNpm(script, own.flags).join(' ');
  if (kept !== '') throw new Failure(`npm kept ${kept} to itself; write: ${name} ${kept} …`, REFUSED);
  const { flags, operands, given, problems } = parse(command, args);
  if (flags['help'] === true) return printed(commandHelp(name, command), terminal);
  if (flags['version'] === true) return printed(program.version, terminal);
  if (problems.length === 0)
    return own.run({ flags: without(flags, common), operands, given, name }, terminal);
  throw new Failure([...problems, usageOf(name, command), `${name} --help says more.`].join('\n'), REFUSED);
}

function without<T>(all: Readonly<Record<string, T>>, taken: object): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !Object.hasOwn(taken, name)));
}

/** What a person writes to come here. */
function nameOf({ program, path, script }: Context): string {
  if (script === undefined) return [program.name, ...path].join(' ');
  return [script.call, '--', ...path.slice(script.words)].join(' ');
}

function printed(text: string, terminal: Terminal): ExitCode {
  terminal.print(`${text}\n`);
  return DONE;
}

/** Errors of the plain class are sentences; any other is a fault of this program, and its place is what helps. */
function told(error: unknown): string {
  if (error instanceof Failure) return error.message;
  if (!(error instanceof Error)) return String(error);
  return error.constructor === Error ? error.message : (error.stack ?? error.message);
}
