import type { AgentSettings } from '../../worker/agents/settings.ts';
import { isJsonObject } from '../../worker/json.ts';
import type { Json, JsonObject } from '../../worker/json.ts';
import { chat, delta } from '../stubs/raw-chat.ts';
import { startRawModel } from '../stubs/raw-model.ts';
import type { RawAnswer } from '../stubs/raw-model.ts';
import { agentOn, completed, job, testRun } from './fixture.ts';
import type { TestRun } from './fixture.ts';

const charge = {
  name: 'charge',
  description: 'charges',
  parameters: { type: 'object', properties: { amount: { type: 'number' } }, required: ['amount'] },
  runtime: { kind: 'quickjs', script: 'export default ({ amount }) => `charged ${amount}`' },
};

/** What came of one job. */
interface Asked {
  /** Empty when it failed. */
  readonly result: JsonObject;
  readonly run: TestRun;
  readonly requests: readonly JsonObject[];
  readonly failure: unknown;
}

/** What comes of one job, whose agent may charge, against a server that answers like this. */
export async function ask(
  answer: (body: JsonObject, n: number) => RawAnswer,
  provider = 'openai',
  more: Partial<AgentSettings> = {},
): Promise<Asked> {
  const server = await startRawModel(answer);
  const settings = { anthropic: { apiKey: 'key', baseUrl: server.origin }, ...more };
  const agent = agentOn(`${server.origin}/v1`, settings);
  const config = { name: 'a', system_prompt: 'p', model: { provider, model: 'm' }, tools: ['charge'] };
  const of = { tool_definitions: [charge], nodes: [{ id: 'a', type: 'Orchestrator', config }] };
  const run = testRun();
  try {
    const { result } = completed(await agent.run(job('asked', of), run));
    return { result, run, requests: server.requests, failure: undefined };
  } catch (failure) {
    return { result: {}, run, requests: server.requests, failure };
  } finally {
    await agent.close();
    await server.close();
  }
}

/** The tool messages of a request to chat completions. */
export function toolAnswers(body: JsonObject | undefined): readonly Json[] {
  const all = Array.isArray(body?.['messages']) ? body['messages'] : [];
  return all.flatMap((one) => (isJsonObject(one) && one['role'] === 'tool' ? [one['content'] ?? null] : []));
}

/** The text that watchers saw. */
export function liveText({ events }: TestRun): string {
  const tokens = events.filter(({ type }) => type === 'on_llm_stream');
  return tokens.map(({ data }) => (typeof data['content'] === 'string' ? data['content'] : '')).join('');
}

/** Answers the first request with these chunks, and those after a tool has spoken with "fine". */
export const answering =
  (body: string) =>
  (request: JsonObject): RawAnswer => ({
    body: toolAnswers(request).length === 0 ? body : chat([delta({ content: 'fine' }, 'stop')]),
  });
