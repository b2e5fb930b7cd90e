import type { JobEvent } from '../../ports.ts';

/** An event as it is stored and published. */
export function bodyOf({ type, data }: Pick<JobEvent, 'type' | 'data'>): string {
  return JSON.stringify({ event_type: type, data });
}

/** Whether this is the `end` of a stream, told by its first letters: thousands of events may come before it. */
export function isEnd(body: string): boolean {
  return body.startsWith('{"event_type":"end",');
}
