/** `npm run bench`: what the programs cost. */
import { group } from '../command-line/command.ts';
import { main } from '../command-line/main.ts';
import manifest from '../package.json' with { type: 'json' };

await main({
  name: 'bench',
  version: manifest.version,
  root: group({
    description: 'Measures what our programs cost, beside the least that any program would.',
    standard: 'function',
    members: {
      function: {
        summary: 'the composition function beside an empty one, and beside gRPC alone',
        load: async () => (await import('./function-command.ts')).functionCommand,
      },
      worker: {
        summary: 'the worker on real servers, beside LangGraph alone',
        load: async () => (await import('./worker-command.ts')).workerCommand,
      },
      clients: {
        summary: 'the page, open streams, and runs that wait for a person',
        load: async () => (await import('./clients-command.ts')).clientsCommand,
      },
      statements: {
        summary: "how PostgreSQL finds the rows of the worker's statements",
        load: async () => (await import('./statements-command.ts')).statementsCommand,
      },
    },
  }),
});
