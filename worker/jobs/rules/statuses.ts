import type { JobStatus } from '../../job-store.ts';

/** Every status, in the order of a job's life. */
export const STATUSES = [
  'queued',
  'running',
  'completed',
  'failed',
  'cancelled',
] as const satisfies readonly JobStatus[];

/** The statuses of a list such as `failed,cancelled`; undefined when one is none. */
export function readStatuses(text: string): readonly JobStatus[] | undefined {
  const names = new Set(text.split(',').map((name) => name.trim()));
  const statuses = STATUSES.filter((status) => names.has(status));
  return statuses.length === names.size ? statuses : undefined;
}
