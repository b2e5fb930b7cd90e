import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import type { JsonObject } from '../../worker/json.ts';

/** An answer byte by byte, for what no well-kept server says. */
export interface RawAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  /** Leave the connection open, or break it, after the body. */
  readonly after?: 'hang' | 'break';
}

export interface RawModel {
  /** Address without a path. */
  readonly origin: string;
  /** Bodies of the requests so far. */
  readonly requests: readonly JsonObject[];
  close(): Promise<void>;
}

/** A model server that says what it is told; `n` counts requests from 1. */
export async function startRawModel(
  answer: (body: JsonObject, n: number, path: string) => RawAnswer,
): Promise<RawModel> {
  const requests: JsonObject[] = [];
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      requests.push(body as JsonObject);
      send(response, answer(body as JsonObject, requests.length, request.url ?? ''));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function send(response: ServerResponse, { status = 200, headers, body, after }: RawAnswer): void {
  response.writeHead(status, headers ?? { 'content-type': 'text/event-stream' });
  if (after === undefined) return void response.end(body);
  response.write(body, () => {
    if (after === 'break') setTimeout(() => response.destroy(), 20);
  });
}

/** Chunks of chat completions as a stream; `end` is what comes after them. */
export function chat(chunks: readonly JsonObject[], end = 'data: [DONE]\n\n'): string {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' };
  return chunks.map((one) => `data: ${JSON.stringify({ ...head, ...one })}\n\n`).join('') + end;
}

/** A chunk with this delta. */
export function delta(of: JsonObject, finish: string | null = null): JsonObject {
  return { choices: [{ index: 0, delta: of, finish_reason: finish }] };
}

/** A delta with one whole tool call. */
export function toolCall(
  name: string,
  args: string,
  more: JsonObject = { index: 0, id: 'call_0' },
): JsonObject {
  return delta({ tool_calls: [{ ...more, type: 'function', function: { name, arguments: args } }] });
}

/** Events of Anthropic's messages as a stream. */
export function messages(events: readonly JsonObject[]): string {
  return events
    .map((one) => `event: ${JSON.stringify(one['type']).slice(1, -1)}\ndata: ${JSON.stringify(one)}\n\n`)
    .join('');
}

export const messageStart: JsonObject = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    usage: { input_tokens: 1, output_tokens: 1 },
  },
};

/** A block with its deltas. */
export function block(index: number, of: JsonObject, ...deltas: readonly JsonObject[]): JsonObject[] {
  return [
    { type: 'content_block_start', index, content_block: of },
    ...deltas.map((one) => ({ type: 'content_block_delta', index, delta: one })),
    { type: 'content_block_stop', index },
  ];
}

export function textBlock(text: string, index = 0): JsonObject[] {
  return block(index, { type: 'text', text: '' }, { type: 'text_delta', text });
}

/** The end of a message. */
export function messageEnd(reason: string): JsonObject[] {
  return [
    { type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 2 } },
    { type: 'message_stop' },
  ];
}
