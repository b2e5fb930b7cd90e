#!/usr/bin/env node
/** `zerotouch`: the commands over claims and agents. */
import * as module from 'node:module';
import { join } from 'node:path';
import { startedAsThread } from '../worker/threads/start.ts';

if (!(await startedAsThread())) {
  // Most of a short command is reading and compiling its own source: 230 ms of CPU without the cache, 100 ms with it. Node 20
  // has none; a packaged program keeps it where Node does by itself.
  const enableCompileCache = 'enableCompileCache' in module ? module.enableCompileCache : undefined;
  enableCompileCache?.(
    import.meta.url.endsWith('.ts') ? join(import.meta.dirname, '../node_modules/.cache/compile') : undefined,
  );
  const { main } = await import('../command-line/main.ts');
  const { zerotouch } = await import('./program.ts');
  await main(zerotouch);
}
