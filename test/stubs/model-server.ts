import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { replyTo, scriptOf } from './model-script.ts';
import type { ChatMessage, Reply, Script } from './model-script.ts';

/** A model server for tests: OpenAI's chat completions over HTTP, answering by the script in the conversation. */
export interface ModelServer {
  /** Base URL to give to a client, `http://127.0.0.1:PORT/v1`. */
  readonly url: string;
  /** How often each step of the named conversation was asked for: `[1, 2]` means that step 1 was repeated. */
  steps(name: string): readonly number[];
  /** Tokens that it has said were read and written, by the model that was asked. */
  readonly usage: ReadonlyMap<string, { readonly input: number; readonly output: number }>;
  /** All requests so far, the refused ones included. */
  total(): number;
  /** Trace contexts of all requests so far. */
  readonly traceparents: readonly unknown[];
  /** When each request came, in milliseconds since 1970. */
  readonly times: readonly number[];
  /** Body of the newest request. */
  last(): ChatRequest | undefined;
  close(): Promise<void>;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  readonly stream?: boolean;
  readonly tools?: readonly { readonly function: { readonly name: string; readonly parameters?: unknown } }[];
}

/** Starts the server, on loopback unless told; `otherwise` is the script of conversations that carry none. */
export async function startModelServer(
  options: { readonly host?: string; readonly port?: number; readonly otherwise?: Script } = {},
): Promise<ModelServer> {
  const counted = new Map<string, number[]>();
  const attempts = new Map<string, number>();
  const traceparents: unknown[] = [];
  const times: number[] = [];
  const spent = new Map<string, { input: number; output: number }>();
  let total = 0;
  let last: ChatRequest | undefined;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') return send(response, 200, { total, steps: Object.fromEntries(counted) });
    const body = (await json(request)) as ChatRequest;
    total += 1;
    times.push(Date.now());
    traceparents.push(request.headers['traceparent']);
    last = body;
    const what = scriptOf(body.messages, options.otherwise ?? {});
    const reply = replyTo(body.messages, what);
    const steps = counted.get(reply.name) ?? [];
    steps[reply.step] = (steps[reply.step] ?? 0) + 1;
    counted.set(reply.name, steps);
    const attempt = count(attempts, `${reply.name}/${reply.step}`);
    if (what.latencyMs !== undefined) await sleep(what.latencyMs);
    if (what.fail !== undefined && attempt <= what.fail.times) {
      const message = what.fail.message ?? `scripted failure ${attempt} of ${what.fail.times}`;
      return send(response, what.fail.status, { error: { message, type: 'scripted' } });
    }
    const { prompt_tokens: input, completion_tokens: output } = usage(reply);
    const before = spent.get(body.model) ?? { input: 0, output: 0 };
    spent.set(body.model, { input: before.input + input, output: before.output + output });
    if (body.stream !== true) return send(response, 200, completion(body, reply));
    return stream(response, body, reply, what, attempt);
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  server.keepAliveTimeout = 60_000;
  server.listen(options.port ?? 0, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    steps: (name) => counted.get(name) ?? [],
    usage: spent,
    total: () => total,
    traceparents,
    times,
    last: () => last,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** Tokens per write when no time passes between them: what one packet of a fast model carries. */
const TOKENS_PER_WRITE = 20;

async function stream(
  response: ServerResponse,
  request: ChatRequest,
  reply: Reply,
  what: Script,
  attempt: number,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = chunkWriter(request);
  const parts = reply.calls.map((call, index) => chunk({ tool_calls: [toolCall(call, index)] }));
  parts.push(...reply.tokens.map((content) => chunk({ content })));
  const perWrite = what.tokenMs === undefined ? TOKENS_PER_WRITE : 1;
  response.write(chunk({ role: 'assistant', content: '' }));
  for (let at = 0; at < parts.length; at += perWrite) {
    if (what.cut === true && attempt === 1 && at >= parts.length / 2) return void response.destroy();
    response.write(parts.slice(at, at + perWrite).join(''));
    if (what.tokenMs !== undefined) await sleep(what.tokenMs);
  }
  response.end(
    `${chunk({}, finishReason(reply))}${chunk(undefined, undefined, usage(reply))}data: [DONE]\n\n`,
  );
}

function chunkWriter(request: ChatRequest) {
  const head = {
    id: `chatcmpl-${randomUUID()}`,
    object: 'chat.completion.chunk',
    created: 0,
    model: request.model,
  };
  return (delta: object | undefined, finish_reason: string | null = null, used?: object): string => {
    const choices = delta === undefined ? [] : [{ index: 0, delta, finish_reason }];
    return `data: ${JSON.stringify({ ...head, choices, ...(used && { usage: used }) })}\n\n`;
  };
}

/** A whole completion. Its id is new each time: LangChain replaces an earlier message that has the same id. */
function completion(request: ChatRequest, reply: Reply): object {
  const tool_calls = reply.calls.map((call, index) => toolCall(call, index));
  const message = {
    role: 'assistant',
    content: reply.tokens.join('') || null,
    ...(tool_calls.length > 0 && { tool_calls }),
  };
  return {
    id: `chatcmpl-${randomUUID()}`,
    object: 'chat.completion',
    created: 0,
    model: request.model,
    choices: [{ index: 0, message, finish_reason: finishReason(reply) }],
    usage: usage(reply),
  };
}

function toolCall(call: Reply['calls'][number], index: number): object {
  return { index, id: call.id, type: 'function', function: { name: call.name, arguments: call.arguments } };
}

function finishReason(reply: Reply): string {
  return reply.calls.length > 0 ? 'tool_calls' : 'stop';
}

function usage(reply: Reply) {
  const completion_tokens = reply.tokens.length + 10 * reply.calls.length;
  return { prompt_tokens: 10, completion_tokens, total_tokens: 10 + completion_tokens };
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function count(counts: Map<string, number>, key: string): number {
  const next = (counts.get(key) ?? 0) + 1;
  counts.set(key, next);
  return next;
}

if (import.meta.main) {
  const server = await startModelServer({ port: Number(process.argv[2] ?? 8089) });
  console.log(`model server on ${server.url}`);
}
