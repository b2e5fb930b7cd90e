import type { Job } from '../api/jobs.ts';

/** What a status is called, and in which tone it is shown. */
const known: Readonly<Record<string, readonly [words: string, tone: string]>> = {
  queued: ['Waiting', 'waiting'],
  pending: ['Waiting', 'waiting'],
  running: ['Running', 'running'],
  busy: ['Running', 'running'],
  completed: ['Completed', 'good'],
  success: ['Completed', 'good'],
  idle: ['Idle', 'good'],
  failed: ['Failed', 'bad'],
  error: ['Failed', 'bad'],
  timeout: ['Timed out', 'bad'],
  cancelled: ['Cancelled', 'off'],
  cancelling: ['Cancelling', 'off'],
  interrupted: ['Asks you', 'asks'],
  answered: ['Asked, and was answered', 'good'],
};

/** What a job is shown to be: one that stopped for a person has ended for its worker alone. */
export function statusOf({ status, asks, cancelRequested, result }: Job): string {
  if (asks) return 'interrupted';
  if (result?.['status'] === 'interrupted') return 'answered';
  return status === 'running' && cancelRequested ? 'cancelling' : status;
}

export function statusWords(status: string): string {
  return known[status]?.[0] ?? status;
}

/** A status as a dot with its word. */
export function Status({ status }: { readonly status: string }) {
  const [words, tone] = known[status] ?? [status, 'waiting'];
  return <span class={`status ${tone}`}>{words}</span>;
}
