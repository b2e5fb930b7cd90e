import { startedAsThread } from './threads/start.ts';

// Threads of this program start here as well, because the bundle has no other file.
if (!(await startedAsThread())) {
  const { main } = await import('../command-line/main.ts');
  const { worker } = await import('./program.ts');
  await main(worker);
}
