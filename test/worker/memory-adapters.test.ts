import { systemClock } from '../../worker/adapters/clock.ts';
import { memoryCrons } from '../../worker/adapters/memory/crons.ts';
import { memoryEvents } from '../../worker/adapters/memory/events.ts';
import { memoryItems } from '../../worker/adapters/memory/items.ts';
import { memoryQueue } from '../../worker/adapters/memory/queue.ts';
import { memoryStore } from '../../worker/adapters/memory/store.ts';
import { Tables } from '../../worker/adapters/memory/table.ts';
import { memoryThreads } from '../../worker/adapters/memory/threads.ts';
import { memoryCheckpoints } from '../../worker/agents/checkpoints/memory.ts';
import { cronStoreContract } from '../contracts/cron-store.ts';
import { eventStreamContract } from '../contracts/event-stream.ts';
import { itemStoreContract } from '../contracts/item-store.ts';
import { jobStoreContract } from '../contracts/job-store.ts';
import { queueContract } from '../contracts/queue.ts';
import { threadJobsContract } from '../contracts/thread-jobs.ts';
import { threadStoreContract } from '../contracts/thread-store.ts';

const close = async (): Promise<void> => {};

const openStore = async () => ({ store: memoryStore(systemClock), close });
jobStoreContract('memory', openStore);
threadJobsContract('memory', openStore);
threadStoreContract('memory', async () => {
  const tables = new Tables(systemClock);
  const threads = memoryThreads(tables, memoryCheckpoints());
  return { store: memoryStore(systemClock, tables), threads, close };
});

cronStoreContract('memory', async () => {
  const tables = new Tables(systemClock);
  return {
    crons: memoryCrons(tables),
    threads: memoryThreads(tables, memoryCheckpoints()),
    async comes(cronId, what) {
      const row = tables.crons.get(cronId);
      if (row && what === 'due') row.cron = { ...row.cron, nextAt: new Date(tables.now()).toISOString() };
      if (row && what === 'released') row.heldUntil = tables.now();
    },
    close,
  };
});

itemStoreContract('memory', async () => ({ items: memoryItems(systemClock), close }));

queueContract('memory', async () => {
  const ackWaitMs = 200;
  return { queue: memoryQueue(systemClock, 'test', ackWaitMs), prefix: 'test', ackWaitMs, close };
});

eventStreamContract('memory', async () => ({ stream: memoryEvents(systemClock, 50), length: 50, close }));
