/** `npm run e2e`: the whole story on a cluster with running Pods. */
import { group } from '../../command-line/command.ts';
import { main } from '../../command-line/main.ts';
import manifest from '../../package.json' with { type: 'json' };

await main({
  name: 'e2e',
  version: manifest.version,
  root: group({
    description: 'The whole story on a cluster with running Pods.',
    standard: 'tell',
    members: {
      tell: {
        summary: 'tell the story, or some of its chapters',
        load: async () => (await import('./tell.ts')).tellCommand,
      },
      up: {
        summary: 'make a cluster for it',
        load: async () => (await import('./clusters/commands.ts')).upCommand,
      },
      down: {
        summary: 'end that cluster',
        load: async () => (await import('./clusters/commands.ts')).downCommand,
      },
      matrix: {
        summary: 'tell it on clusters of other versions',
        load: async () => (await import('./matrix/command.ts')).matrixCommand,
      },
      model: {
        summary: 'print a model server that needs no key, for kubectl apply',
        load: async () => (await import('./model-command.ts')).modelCommand,
      },
    },
  }),
});
