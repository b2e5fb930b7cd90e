import type { ExitCode } from './exit-code.ts';
import type { Flags, GivenFlags } from './flag.ts';
import type { Terminal } from './terminal.ts';

/** The arguments of a command that are no flags. */
export interface Operands {
  /** As the usage shows them: `FILE|FOLDER…`. */
  readonly usage: string;
  readonly least: number;
  readonly most: number;
}

/** What a command was called with. */
export interface Call<F extends Flags> {
  readonly flags: GivenFlags<F>;
  readonly operands: readonly string[];
  /** Names of the flags that stand in the call, whatever they are by default. */
  readonly given: ReadonlySet<string>;
  /** How the command was called, for sentences about the call: `npm run render --`, `worker jobs list`. */
  readonly name: string;
}

interface Definition<F extends Flags> {
  /** What it does and what its exit codes mean beyond what all have in common; wrapped by its author. */
  readonly description: string;
  /** None when absent. */
  readonly operands?: Operands;
  readonly flags: F;
  run(call: Call<F>, terminal: Terminal): ExitCode | Promise<ExitCode>;
}

/** A command whose flags are already read by their own types. */
export interface Command {
  readonly kind: 'command';
  readonly description: string;
  readonly operands: Operands;
  readonly flags: Flags;
  run(call: ParsedCall, terminal: Terminal): ExitCode | Promise<ExitCode>;
}

/** A call whose flags have been read, each by the definition of its command. */
type ParsedCall = Omit<Call<Flags>, 'flags'> & { readonly flags: Readonly<Record<string, unknown>> };

/** A member of a group. It is loaded when it is called, so that no command pays for what another one imports. */
export interface Member {
  /** What it does, in a few words without a full stop, for the list of commands. */
  readonly summary: string;
  load(): Promise<Command | Group>;
}

/** Commands under one name, which may be groups again: `worker jobs list`. */
export interface Group {
  readonly kind: 'group';
  readonly description: string;
  readonly members: Readonly<Record<string, Member>>;
  /** The command that is meant when none is named. */
  readonly standard?: string;
}

const noOperands: Operands = { usage: '', least: 0, most: 0 };

/** Defines a command; `run` is given each flag with the type that the flag's definition has. */
export function command<const F extends Flags>(definition: Definition<F>): Command {
  const { description, operands = noOperands, flags } = definition;
  return {
    kind: 'command',
    description,
    operands,
    flags,
    // Its own flags are what parse.ts has read the arguments by.
    run: (call, terminal) => definition.run(call as Call<F>, terminal),
  };
}

/** Defines a group of commands. */
export function group(definition: Omit<Group, 'kind'>): Group {
  return { kind: 'group', ...definition };
}
