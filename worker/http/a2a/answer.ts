import { AgentCard } from '@a2a-js/sdk';
import { JsonRpcTransportHandler, ServerCallContext } from '@a2a-js/sdk/server';
import { isJsonObject } from '../../json.ts';
import type { Json } from '../../json.ts';
import { HttpError } from '../answer.ts';
import type { Answer } from '../answer.ts';
import { write } from '../events.ts';
import type { HttpEnv } from '../route.ts';
import type { Service } from '../service.ts';
import { A2A_VERSION, agentCard } from './card.ts';
import { Tasks } from './tasks.ts';

/** Answers one request of JSON-RPC, by the SDK of the protocol. A stream is written to the response. */
export async function answerA2a(
  service: Service,
  agent: string,
  call: Json,
  { incoming, outgoing, closed }: HttpEnv['Bindings'],
  origin: string,
): Promise<Answer | undefined> {
  if (!isJsonObject(call)) throw new HttpError(400, 'expected a JSON object: a request of JSON-RPC');
  const card = await agentCard(service, agent, origin);
  const asked = incoming.headers['a2a-version'];
  if (typeof asked === 'string' && asked !== A2A_VERSION)
    throw new HttpError(400, `expected A2A-Version: ${A2A_VERSION}`);
  const tasks = Object.assign(new Tasks(service, agent, closed), {
    getAgentCard: () => Promise.resolve(AgentCard.fromJSON(card)),
  });
  const context = new ServerCallContext({ requestedVersion: A2A_VERSION });
  const answer = await new JsonRpcTransportHandler(tasks).handle(call, context);
  if (!(Symbol.asyncIterator in answer)) return { status: 200, body: JSON.stringify(answer) };
  outgoing.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  service.metrics.http.watching(1);
  try {
    for await (const one of answer) await write(outgoing, `data: ${JSON.stringify(one)}\n\n`, closed);
  } catch (error) {
    const failure = {
      jsonrpc: '2.0',
      id: call['id'] ?? null,
      error: JsonRpcTransportHandler.mapToJSONRPCError(error),
    };
    await write(outgoing, `data: ${JSON.stringify(failure)}\n\n`, closed);
  } finally {
    service.metrics.http.watching(-1);
    outgoing.end();
  }
  return undefined;
}
