import { group } from '../../command-line/command.ts';

/** The worker's commands that need no server. */
export const agent = group({
  description: 'Runs agents on this machine, and says what is wrong with their definitions.',
  members: {
    run: {
      summary: 'run one job here and now, with nothing but a model',
      load: async () => (await import('../../worker/commands/try.ts')).tryCommand,
    },
    dev: {
      summary: 'serve a page on this machine to talk to an agent',
      load: async () => (await import('../../worker/commands/dev.ts')).devCommand,
    },
    validate: {
      summary: 'say everything that is wrong with an agent definition',
      load: async () => (await import('./agent-validate.ts')).agentValidate,
    },
    print: {
      summary: 'print a definition as JSON, as jobs carry it',
      load: async () => (await import('./agent-print.ts')).agentPrint,
    },
  },
});
