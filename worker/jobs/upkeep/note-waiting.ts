import type { NotedJob } from '../../job-store.ts';
import type { WaitingMessage } from '../../ports.ts';
import { conflict } from '../loop/admit.ts';
import { failed, notAJob } from '../loop/reject.ts';
import { asFailure } from '../rules/failures.ts';
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
    const taken = new Set(await note(parts, after, glimpse.upTo, noted));
    for (const { job, message } of noted)
      if (taken.has(job.request.jobId)) await rejectMessage(parts, message, conflict(parts, message, job));
    more = glimpse.more;
  }
}

const notedJob = ({ job, message }: Noted): NotedJob => ({ ...job.stored, publishedAt: message.publishedAt });

/** Notes them together. When the store refuses one for what is in it, each by itself, and that one is answered. */
async function note(
  parts: Noting,
  after: number,
  upTo: number,
  noted: readonly Noted[],
): Promise<readonly string[]> {
  const { store, queue } = parts;
  try {
    return await store.note(queue.source, upTo, noted.map(notedJob));
  } catch (error) {
    if (asFailure(error).code !== 'STORE_REFUSED') throw error;
  }
  const taken: string[] = [];
  for (const one of noted) {
    try {
      taken.push(...(await store.note(queue.source, after, [notedJob(one)])));
    } catch (error) {
      const { code, message } = asFailure(error);
      if (code !== 'STORE_REFUSED') throw error;
      await rejectMessage(parts, one.message, failed(parts, one.message, { code, message }, one.job.request));
    }
  }
  await store.note(queue.source, upTo, []);
  return taken;
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
