import manifest from '../package.json' with { type: 'json' };
import { group } from '../command-line/command.ts';
import type { Program } from '../command-line/run.ts';

/** The commands over claims. */
export const zerotouch: Program = {
  name: 'zerotouch',
  version: manifest.version,
  root: group({
    description: 'Shows what claims do before a cluster sees them.',
    members: {
      render: {
        summary: 'show what claims become: the objects that Crossplane would make',
        load: async () => (await import('./commands/render.ts')).render,
      },
      validate: {
        summary: 'say what the API server would refuse, and what the function would',
        load: async () => (await import('./commands/validate.ts')).validate,
      },
      diff: {
        summary: 'show what a change of claims comes to',
        load: async () => (await import('./commands/diff.ts')).diff,
      },
      agent: {
        summary: 'run and check agent definitions',
        load: async () => (await import('./commands/agent.ts')).agent,
      },
    },
  }),
};
