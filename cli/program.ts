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
      tree: {
        summary: 'draw what each claim makes, and what waits for what',
        load: async () => (await import('./commands/tree.ts')).tree,
      },
      list: {
        summary: 'list the claims in files and folders',
        load: async () => (await import('./commands/list.ts')).list,
      },
      verify: {
        summary: 'say what a cluster lacks for claims, row by row',
        load: async () => (await import('./commands/verify.ts')).verifyCommand,
      },
      new: {
        summary: 'print files to start from: a claim, an agent, a tenant',
        load: async () => (await import('./commands/new.ts')).fresh,
      },
      agent: {
        summary: 'run and check agent definitions',
        load: async () => (await import('./commands/agent.ts')).agent,
      },
      jobs: {
        summary: 'list, show, retry, cancel and watch the jobs of workers',
        load: async () => (await import('../worker/commands/jobs.ts')).jobs,
      },
      dead: {
        summary: 'list and replay the messages that workers have put aside',
        load: async () => (await import('../worker/commands/dead.ts')).dead,
      },
      schema: {
        summary: 'print JSON Schemas of claims and agent definitions, for editors',
        load: async () => (await import('./commands/schema.ts')).schema,
      },
      completion: {
        summary: 'print the script by which a shell completes commands',
        load: async () => (await import('./commands/completion.ts')).completion,
      },
    },
  }),
};
