import { existsSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** Loaded before a worker: from SIGUSR2 on its main thread does nothing else, until the file in `BUSY_UNTIL` is there. */
const file = process.env['BUSY_UNTIL'] ?? '';

if (isMainThread)
  process.on('SIGUSR2', () => {
    while (!existsSync(file));
  });
