import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { replyTo, scriptOf } from '../stubs/model-script.ts';
import type { ChatRequest } from '../stubs/model-server.ts';

/** How the front of a model server stands: it lets calls through, breaks every connection, or refuses every key. */
export type Stance = 'open' | 'away' | 'refusing';

/** What stands in front of a model server, and can be shut. */
export interface Front {
  readonly url: string;
  turn(to: Stance): void;
  /** Calls that came while it stood so. */
  calls(while_: Stance): number;
  /** Calls for a step of a job which has asked for a later one already. */
  backwards(): number;
  close(): Promise<void>;
}

/** Stands in front of the model server at this URL. */
export async function startFront(model: string): Promise<Front> {
  const counts = { open: 0, away: 0, refusing: 0 };
  const furthest = new Map<string, number>();
  let stance: Stance = 'open';
  let backwards = 0;

  function note(body: string): void {
    const { messages } = JSON.parse(body) as ChatRequest;
    const { name, step } = replyTo(messages, scriptOf(messages, {}));
    const before = furthest.get(name) ?? 0;
    if (step < before) backwards += 1;
    furthest.set(name, Math.max(before, step));
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    counts[stance] += 1;
    const body = await text(request);
    if (stance === 'away') return void response.destroy();
    if (stance === 'refusing') {
      return void response.writeHead(401).end('{"error":{"message":"Incorrect API key provided"}}');
    }
    note(body);
    const path = (request.url ?? '').replace(/^\/v1/, '');
    const answered = await fetch(`${model}${path}`, { method: 'POST', body });
    response.writeHead(answered.status, { 'content-type': answered.headers.get('content-type') ?? '' });
    for await (const chunk of answered.body ?? []) response.write(chunk);
    response.end();
  }

  const server = createServer((request, response) => {
    // A worker that was killed does not wait for its answer.
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    turn(to) {
      stance = to;
    },
    calls: (while_) => counts[while_],
    backwards: () => backwards,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
