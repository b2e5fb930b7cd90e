import { readFile } from 'node:fs/promises';
import { readYaml } from '../../render/yaml/read.ts';
import type { Arguments } from '../arguments.ts';
import { usageError } from '../arguments.ts';
import { Failure, reasonOf } from '../failure.ts';
import { decodeText } from './files.ts';

/**
 * Checks what the Crossplane CLI takes and this function reads nothing of, pipeline context: a script that gives it works here
 * too, and a mistake in it shows here too.
 */
export async function checkUnread(args: Arguments): Promise<void> {
  for (const pair of args.values('context-values')) {
    const [key, value] = split('context-values', pair);
    parse(`the context value of ${key}`, value);
  }
  for (const pair of args.values('context-files')) {
    const [key, path] = split('context-files', pair);
    parse(`the context value of ${key}`, await read(path));
  }
}

function split(flag: string, pair: string): [string, string] {
  const at = pair.indexOf('=');
  if (at < 1) throw new Failure(`--${flag}: expected KEY=VALUE, got ${pair}`, usageError);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

function parse(what: string, value: string): void {
  try {
    readYaml(value);
  } catch (error) {
    throw new Failure(`cannot read ${what}: ${reasonOf(error)}`, usageError, { cause: error });
  }
}

async function read(path: string): Promise<string> {
  try {
    return decodeText(await readFile(path));
  } catch (error) {
    throw new Failure(`cannot read ${path}: ${reasonOf(error)}`, usageError, { cause: error });
  }
}
