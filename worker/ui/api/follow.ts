import { createParser } from 'eventsource-parser';
import { asObject } from '../run/json.ts';
import type { Json } from '../run/json.ts';
import type { RunEvent } from '../run/story.ts';
import { Refused, send } from './request.ts';

const PAUSE_MS = 1_000;
/** A worker that has only just died answers again soon, or another one does. */
const MOST_PAUSE_MS = 10_000;

/** Who follows a run. */
export interface Follower {
  heard(events: readonly RunEvent[]): void;
  /** Why nothing is heard at the moment; undefined once something is. */
  lost(why: string | undefined): void;
}

/** When an event was stored: its place begins with it. */
function momentOf(id: string | undefined): number | undefined {
  const [milliseconds = ''] = (id ?? '').split('-');
  return /^\d{13}$/.test(milliseconds) ? Number(milliseconds) : undefined;
}

/** Everything that a run says, from its start to its end; goes on where it was when the connection is lost, as when a worker dies. */
export async function follow(jobId: string, follower: Follower, signal: AbortSignal): Promise<void> {
  let last = '';
  let pause = PAUSE_MS;
  while (!signal.aborted) {
    try {
      const headers = last === '' ? {} : { 'Last-Event-ID': last };
      const path = `jobs/${encodeURIComponent(jobId)}/events`;
      const response = await send(path, { headers, signal });
      follower.lost(undefined);
      pause = PAUSE_MS;
      if (await heardEnd(response, follower, (id) => (last = id))) return;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Refused && error.status !== 0 && error.status < 500) throw error;
      follower.lost(error instanceof Error ? error.message : String(error));
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
    pause = Math.min(MOST_PAUSE_MS, pause * 2);
  }
}

/** Reads one connection to its end; true when that was the end of the run as well. */
async function heardEnd(
  response: Response,
  follower: Follower,
  placed: (id: string) => void,
): Promise<boolean> {
  let ended = false;
  let heard: RunEvent[] = [];
  const parser = createParser({
    onEvent({ event = '', data, id }) {
      const body = asObject(JSON.parse(data) as Json);
      if (id !== undefined) placed(id);
      heard.push({ type: event, data: asObject(body['data']), at: momentOf(id) });
      // A job that was taken up again goes on after its end.
      ended = event === 'end';
    },
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) return false;
  for (;;) {
    const { done, value } = await reader.read();
    if (value !== undefined) parser.feed(value);
    if (heard.length > 0) follower.heard(heard);
    heard = [];
    if (done) return ended;
  }
}
