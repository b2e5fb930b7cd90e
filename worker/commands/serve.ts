import type { Logger } from 'pino';
import { command } from '../../command-line/command.ts';
import { DONE, FAILED } from '../../command-line/exit-code.ts';
import type { ExitCode } from '../../command-line/exit-code.ts';
import { readServe } from '../config/serve.ts';
import { openLog } from '../observability/log.ts';
import { openConnections } from '../serve/connections.ts';
import { serve } from '../serve/serve.ts';
import type { Serving } from '../serve/serve.ts';
import { withCodedAgents } from './coded-agents.ts';
import { ENVIRONMENT, configure } from './configure.ts';

/** Added to the shutdown time before the process gives up on an orderly end. */
const GRACE_MS = 3_000;

const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const;

/**
 * Listens for signals from the first moment: a process that is number 1 of its container is not ended by a signal that it does
 * not listen for. `current` gives the worker once it runs.
 */
function listen(current: () => Serving | undefined, log: Logger, shutdownMs: number): void {
  let stopping = false;
  const stop = async (): Promise<void> => {
    setTimeout(() => {
      log.error('cannot stop in time: jobs still in hand go on elsewhere when their leases run out');
      process.exit(FAILED);
    }, shutdownMs + GRACE_MS).unref();
    await current()?.stop();
    process.exit(0);
  };
  for (const [signal, number] of Object.entries(SIGNAL_NUMBERS))
    process.on(signal, () => {
      // Whoever asks twice does not want to wait.
      if (stopping) process.exit(128 + number);
      stopping = true;
      void stop();
    });
}

/** `worker serve`: runs until it is told to stop. */
export const serveCommand = command({
  description: `Takes jobs from NATS and runs them. Stops on SIGTERM: jobs stop at their next step and go on elsewhere. A second
signal ends it at once.
${ENVIRONMENT}`,
  flags: {},
  run: serveJobs,
});

async function serveJobs(): Promise<ExitCode> {
  const asked = configure(readServe);
  const config = { ...asked, agent: await withCodedAgents(asked.agent, asked.codeFolder) };
  const log = openLog(config.log);
  // Clients of model servers sometimes drop a promise; the jobs of this worker are worth more than that.
  process.on('unhandledRejection', (error) => log.error({ err: error }, 'a promise was dropped'));
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'cannot go on');
    process.exit(FAILED);
  });
  const current: { serving?: Serving } = {};
  listen(() => current.serving, log, config.jobs.shutdownMs);
  const { postgresAgent } = await import('./agent.ts');
  // Clients that are open would keep the process alive.
  const fail = (error: unknown): never => {
    log.fatal({ err: error }, 'cannot run');
    process.exit(FAILED);
  };
  const serving = await serve(config, log, (owner) =>
    openConnections(config, owner, log, (...places) => postgresAgent(config.agent, ...places)),
  ).catch(fail);
  current.serving = serving;
  await serving.working.catch(fail);
  return DONE;
}
