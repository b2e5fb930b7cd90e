const CHANNEL = 'langgraph:stream:';

/** Where the events of a job are published as they happen. */
export function channelOf(jobId: string): string {
  return `${CHANNEL}${jobId}`;
}

/** The job whose channel it is. */
export function jobOf(channel: string): string {
  return channel.slice(CHANNEL.length);
}

/** Where the events of a job are kept. */
export function keyOf(jobId: string): string {
  return `langgraph:events:${jobId}`;
}

/** The place before every event. */
export const START = '0-0';

/** Whether a text is a place in a stream: `milliseconds-sequence`. */
export function isPlace(text: string): boolean {
  return /^\d{1,19}-\d{1,19}$/.test(text);
}

/** Whether a place in a stream comes before another. */
export function isBefore(one: string, other: string): boolean {
  const [ms = '0', sequence = '0'] = one.split('-');
  const [otherMs = '0', otherSequence = '0'] = other.split('-');
  return ms === otherMs ? BigInt(sequence) < BigInt(otherSequence) : BigInt(ms) < BigInt(otherMs);
}
