import { npmScript } from './npm-script.ts';
import { runProgram } from './run.ts';
import type { Program } from './run.ts';
import { processTerminal } from './terminal.ts';

/** Runs a program on the arguments of this process, which then ends with its exit code. */
export async function main(program: Program): Promise<void> {
  const { argv, env, stdout } = process;
  const script = npmScript(env, argv[1]);
  // npm runs scripts in the package's folder; paths are meant where the user stands.
  if (script !== undefined && env['INIT_CWD'] !== undefined) process.chdir(env['INIT_CWD']);
  // Whoever reads our output may stop early, as `head` does: that is no failure.
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  process.exitCode = await runProgram(program, argv.slice(2), processTerminal(), script);
}
