import { systemClock } from '../../worker/adapters/clock.ts';
import { memoryEvents } from '../../worker/adapters/memory/events.ts';
import { memoryQueue } from '../../worker/adapters/memory/queue.ts';
import { memoryStore } from '../../worker/adapters/memory/store.ts';
import { eventStreamContract } from '../contracts/event-stream.ts';
import { jobStoreContract } from '../contracts/job-store.ts';
import { queueContract } from '../contracts/queue.ts';
import { threadJobsContract } from '../contracts/thread-jobs.ts';

const close = async (): Promise<void> => {};

const openStore = async () => ({ store: memoryStore(systemClock), close });
jobStoreContract('memory', openStore);
threadJobsContract('memory', openStore);

queueContract('memory', async () => {
  const ackWaitMs = 200;
  return { queue: memoryQueue(systemClock, 'test', ackWaitMs), prefix: 'test', ackWaitMs, close };
});

eventStreamContract('memory', async () => ({ stream: memoryEvents(systemClock, 50), length: 50, close }));
