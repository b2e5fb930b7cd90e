import { crc32 } from 'node:zlib';
import type { JsonObject } from '../../worker/json.ts';

/** An event of a stream of AWS (application/vnd.amazon.eventstream): lengths, headers, JSON, each part with its checksum. */
function frame(headers: Readonly<Record<string, string>>, body: JsonObject): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => header(name, value)));
  const payload = Buffer.from(JSON.stringify(body));
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + head.length + payload.length, 0);
  prelude.writeUInt32BE(head.length, 4);
  const start = Buffer.concat([prelude, checksum(prelude), head, payload]);
  return Buffer.concat([start, checksum(start)]);
}

function header(name: string, value: string): Buffer {
  const size = Buffer.alloc(2);
  size.writeUInt16BE(Buffer.byteLength(value));
  const TEXT = 7;
  return Buffer.concat([
    Buffer.from([name.length]),
    Buffer.from(name),
    Buffer.from([TEXT]),
    size,
    Buffer.from(value),
  ]);
}

function checksum(bytes: Uint8Array): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}

/** An event of ConverseStream, such as `contentBlockDelta`. */
export const converseEvent = (type: string, body: JsonObject): Buffer =>
  frame({ ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' }, body);

/** An error in the middle of a stream. */
export const converseException = (type: string, message: string): Buffer =>
  frame(
    { ':exception-type': type, ':content-type': 'application/json', ':message-type': 'exception' },
    { message },
  );

/** The pieces of an answer of ConverseStream, which begins and ends with what all do. */
export const converse = (
  events: readonly Buffer[],
  stopReason = 'end_turn',
  usage = { inputTokens: 7, outputTokens: 3 },
) =>
  Buffer.concat([
    converseEvent('messageStart', { role: 'assistant' }),
    ...events,
    converseEvent('messageStop', { stopReason }),
    converseEvent('metadata', {
      usage: { ...usage, totalTokens: usage.inputTokens + usage.outputTokens },
      metrics: { latencyMs: 1 },
    }),
  ]);

/** A block of text. */
export const converseText = (text: string, contentBlockIndex = 0): Buffer[] => [
  converseEvent('contentBlockDelta', { contentBlockIndex, delta: { text } }),
  converseEvent('contentBlockStop', { contentBlockIndex }),
];

/** A call of a tool. */
export const converseCall = (
  toolUseId: string,
  name: string,
  input: JsonObject,
  contentBlockIndex = 0,
): Buffer[] => [
  converseEvent('contentBlockStart', { contentBlockIndex, start: { toolUse: { toolUseId, name } } }),
  converseEvent('contentBlockDelta', {
    contentBlockIndex,
    delta: { toolUse: { input: JSON.stringify(input) } },
  }),
  converseEvent('contentBlockStop', { contentBlockIndex }),
];

/** Thoughts, in two pieces and signed. */
export const converseThoughts = (text: string, signature: string, contentBlockIndex = 0): Buffer[] => [
  ...[text.slice(0, 2), text.slice(2)].map((piece) =>
    converseEvent('contentBlockDelta', { contentBlockIndex, delta: { reasoningContent: { text: piece } } }),
  ),
  converseEvent('contentBlockDelta', { contentBlockIndex, delta: { reasoningContent: { signature } } }),
  converseEvent('contentBlockStop', { contentBlockIndex }),
];
