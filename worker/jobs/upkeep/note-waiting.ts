import type { NotedJob } from '../../job-store.ts';
import type { WaitingMessage } from '../../ports.ts';
import { conflict } from '../loop/admit.ts';
import { notAJob } from '../loop/reject.ts';
import { rejectMessage } from '../loop/settle.ts';
import type { Parts } from '../parts.ts';
import { jobOf } from '../rules/job.ts';
import type { Job } from '../rules/job.ts';
import { readMessage } from '../rules/message.ts';
import { resolve } from '../agents/resolve.ts';

export type Noting = Pick<
  Parts,
  'store' | 'queue' | 'agent' | 'definitions' | 'outbox' | 'clock' | 'settings' | 'meter' | 'log' | 'ended'
>;

/** Messages looked at at a time. Each may have a mebibyte. */
const BATCH = 20;
/** Longer than such a look takes; nobody else looks meanwhile. */
const HOLD_MS = 30_000;

interface Noted {
  readonly message: WaitingMessage;
  readonly job: Job;
}

/**
 * Notes the jobs of messages that wait for a worker, so that they can be seen and cancelled, and are not lost with messages that
 * grow too old in the stream. The messages stay where they are: what scales the workers counts them. What can never become a job
 * is answered.
 */
export async function noteWaiting(parts: Noting, signal: AbortSignal): Promise<void> {
  const { store, queue } = parts;
  if ((await queue.backlog()) === 0) return;
  for (let more = true; more && !signal.aborted;) {
    const after = await store.beginNoting(queue.source, HOLD_MS);
    if (after === undefined) return;
    const glimpse = await queue.peek(after, BATCH);
    const noted = await read(parts, glimpse.messages);
    const jobs = noted.map(({ job, message }): NotedJob => ({
      ...job.stored,
      publishedAt: message.publishedAt,
    }));
    const taken = new Set(await store.note(queue.source, glimpse.upTo, jobs));
    for (const { job, message } of noted)
      if (taken.has(job.request.jobId)) await rejectMessage(parts, message, conflict(parts, message, job));
    more = glimpse.more;
  }
}

/** The jobs among them; the others are answered. */
async function read(parts: Noting, messages: readonly WaitingMessage[]): Promise<readonly Noted[]> {
  const noted: Noted[] = [];
  for (const message of messages) {
    const content = await resolve(parts.definitions, readMessage(message.headers, message.body));
    if (content.kind === 'job') noted.push({ message, job: jobOf(content.request, parts.agent) });
    else await rejectMessage(parts, message, notAJob(parts, message, content));
  }
  return noted;
}
