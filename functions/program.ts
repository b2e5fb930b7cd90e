import manifest from '../package.json' with { type: 'json' };
import { command } from '../command-line/command.ts';
import { DONE } from '../command-line/exit-code.ts';
import { refuseIdle } from '../command-line/idle.ts';
import type { Program } from '../command-line/run.ts';
import { optionsFrom, serveFlags } from './server/options.ts';
import type { Options } from './server/options.ts';

/** The program that serves a function; `serve` answers once it listens, and the process goes on. */
export function functionProgram(serve: (options: Options, version: string) => Promise<void>): Program {
  const { version } = manifest;
  return {
    name: 'function',
    version,
    root: command({
      description: 'Serves the composition function to Crossplane over gRPC.',
      flags: serveFlags,
      async run(call) {
        const { flags } = call;
        if (flags.insecure) refuseIdle(call, ['tls-server-certs-dir'], 'with --insecure');
        await serve(optionsFrom(flags, process.env), version);
        return DONE;
      },
    }),
  };
}
