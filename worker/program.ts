import manifest from '../package.json' with { type: 'json' };
import { group } from '../command-line/command.ts';
import type { Program } from '../command-line/run.ts';

/** The worker's commands. */
export const worker: Program = {
  name: 'worker',
  version: manifest.version,
  root: group({
    description: 'Runs agent jobs to their end.',
    standard: 'serve',
    members: {
      serve: {
        summary: 'take jobs from NATS and run them',
        load: async () => (await import('./commands/serve.ts')).serveCommand,
      },
      migrate: {
        summary: 'bring the tables in PostgreSQL up to this version',
        load: async () => (await import('./commands/migrate.ts')).migrateCommand,
      },
      'ensure-stream': {
        summary: 'create the streams and the consumer in NATS, or check them',
        load: async () => (await import('./commands/ensure-stream.ts')).ensureCommand,
      },
      jobs: {
        summary: 'list, show, retry, cancel and watch jobs',
        load: async () => (await import('./commands/jobs.ts')).jobs,
      },
      dead: {
        summary: 'list messages that were put aside, and take them up again',
        load: async () => (await import('./commands/dead.ts')).dead,
      },
      run: {
        summary: 'run one job here and now, with nothing but a model',
        load: async () => (await import('./commands/try.ts')).tryCommand,
      },
      dev: {
        summary: 'serve a page on this machine to talk to an agent',
        load: async () => (await import('./commands/dev.ts')).devCommand,
      },
      validate: {
        summary: 'say everything that is wrong with an agent definition',
        load: async () => (await import('./commands/validate.ts')).validateCommand,
      },
    },
  }),
};
