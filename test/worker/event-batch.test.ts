import { describe, expect, test } from 'vitest';
import { systemClock } from '../../worker/adapters/clock.ts';
import { EventBatch, joined } from '../../worker/jobs/loop/event-batch.ts';
import type { JobCounter, Meter } from '../../worker/jobs/parts.ts';
import type { JobEvent } from '../../worker/ports.ts';

function token(content: string, message_id = 'm'): JobEvent {
  return { type: 'on_llm_stream', data: { message_id, node: 'n', content } };
}
const state: JobEvent = { type: 'on_state_update', data: { files: {} } };
const end: JobEvent = { type: 'end', data: {} };

/** A stream that refuses for as long as it is away. */
function stream() {
  const appended: JobEvent[][] = [];
  const counts = new Map<JobCounter, number>();
  const meter: Meter = {
    count: (what, times = 1) => counts.set(what, (counts.get(what) ?? 0) + times),
    time: () => {},
    step: () => {},
    event: () => {},
    running: () => {},
  };
  const control = { away: false };
  return {
    appended,
    counts,
    control,
    batch: new EventBatch(
      { jobId: 'j', token: 1 },
      {
        async append(_jobId, events) {
          if (control.away) throw new Error('away');
          appended.push([...events]);
        },
      },
      systemClock,
      meter,
    ),
  };
}

describe('tokens are joined', () => {
  test.each([
    { reason: 'of one message', last: token('a'), next: token('b'), expected: token('ab') },
    { reason: 'not of two', last: token('a'), next: token('b', 'other'), expected: undefined },
    { reason: 'not across another event', last: state, next: token('b'), expected: undefined },
    { reason: 'not with what is no token', last: token('a'), next: state, expected: undefined },
  ])('$reason', ({ last, next, expected }) => {
    expect(joined(last, next)).toEqual(expected);
  });
});

describe('a batch', () => {
  test('sends a burst of 2,000 tokens as one event, in order with the others', async () => {
    const { batch, appended } = stream();
    for (let index = 0; index < 2_000; index += 1) batch.emit(token('x'));
    batch.emit(state);
    batch.emit(end);
    await batch.close(1_000);
    expect(appended.flat()).toEqual([token('x'.repeat(2_000)), state, end]);
  });

  test('takes nothing after it was closed: an agent that was given up on may go on talking', async () => {
    const { batch, appended } = stream();
    batch.emit(end);
    const closing = batch.close(1_000);
    batch.emit(token('late'));
    await closing;
    expect(appended.flat()).toEqual([end]);
  });

  test('keeps state and end while the stream is away, and drops tokens', async () => {
    const { batch, appended, counts, control } = stream();
    control.away = true;
    batch.emit(state);
    for (let index = 0; index < 3_000; index += 1) batch.emit(token('x', `m${index}`));
    batch.emit(end);
    const closing = batch.close(5_000);
    control.away = false;
    await closing;
    const types = appended.flat().map(({ type }) => type);
    expect(types[0]).toBe('on_state_update');
    expect(types.at(-1)).toBe('end');
    expect(types.length).toBeLessThanOrEqual(1_000);
    expect(counts.get('stream_dropped')).toBe(3_002 - types.length);
  });

  test('gives up when the stream stays away, and counts what is lost', async () => {
    const { batch, counts, control } = stream();
    control.away = true;
    batch.emit(state);
    batch.emit(end);
    await batch.close(0);
    expect(counts.get('stream_dropped')).toBe(2);
  });
});
