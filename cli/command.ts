import type { Arguments, Flags } from './arguments.ts';
import type { Terminal } from './terminal.ts';

/** A command of this program. */
export interface Command {
  readonly name: string;
  readonly usage: string;
  readonly description: string;
  readonly flags: Flags;
  /** Answers with the exit code. */
  run(args: Arguments, terminal: Terminal): Promise<number>;
}

/** Flags that every command has. */
export const commonFlags: Flags = {
  namespace: {
    short: 'n',
    value: 'NAME',
    help: 'Namespace of claims that name none (default: default).',
  },
  xrd: { value: 'FILE', help: 'An XRD to use in place of the installed one of its kind.' },
  help: { short: 'h', help: 'Print this.' },
};

/** What a cluster has beside the claims, for commands that call the function. */
export const inputFlags: Flags = {
  'observed-resources': {
    short: 'o',
    value: 'PATH',
    help: 'File or folder with composed resources as the cluster has them.',
  },
  'required-resources': {
    short: 'e',
    value: 'PATH',
    help: 'File or folder with other objects that the function may ask for.',
  },
  'required-schemas': {
    short: 's',
    value: 'FOLDER',
    help: 'OpenAPI documents of the cluster: kinds that they lack are left out (default: none lack).',
  },
};
