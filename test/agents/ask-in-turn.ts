import type { AgentSettings } from '../../worker/agents/settings.ts';
import type { JsonObject } from '../../worker/json.ts';
import { chat, delta } from '../stubs/raw-chat.ts';
import { messageEnd, messages, messageStart, textBlock } from '../stubs/raw-messages.ts';
import { startRawModel } from '../stubs/raw-model.ts';
import type { RawAnswer } from '../stubs/raw-model.ts';
import { agentOn, completed, job, testRun } from './fixture.ts';
import type { TestRun } from './fixture.ts';

export const gpt = { provider: 'openai', model: 'gpt' };
export const small = { provider: 'openai', model: 'gpt-small' };
export const claude = { provider: 'anthropic', model: 'claude' };

export const node = (model: JsonObject, more: JsonObject = {}) => ({
  id: 'a',
  type: 'Orchestrator',
  config: { name: 'a', system_prompt: 'p', model, ...more },
});
/** A definition of one node, whose model has these to take its place. */
export const asking = (first: JsonObject, ...fallbacks: JsonObject[]) => ({
  nodes: [node({ ...first, fallbacks })],
});

export const error = (status: number, message: string, headers = {}): RawAnswer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify({ error: { message } }),
});
export const fromGpt = (content: string): RawAnswer => ({ body: chat([delta({ content }, 'stop')]) });
export const fromClaude = (text: string): RawAnswer => ({
  body: messages([messageStart, ...textBlock(text), ...messageEnd('end_turn')]),
});

/** What servers answer, by the model that is asked; `n` counts the requests to it from 1. */
type Answers = Readonly<Record<string, (n: number, body: JsonObject) => RawAnswer>>;

interface Asked {
  readonly result: JsonObject;
  readonly failure: unknown;
  readonly run: TestRun;
  /** Bodies of the requests to a model. */
  readonly requests: (model: string) => readonly JsonObject[];
}

/** What comes of one job. */
export async function askInTurn(
  of: JsonObject,
  answers: Answers,
  { run = testRun(), more = {} }: { run?: TestRun; more?: Partial<AgentSettings> } = {},
): Promise<Asked> {
  const requests = (model: string) => server.requests.filter((body) => body['model'] === model);
  const server = await startRawModel((body) => {
    const model = typeof body['model'] === 'string' ? body['model'] : '';
    return answers[model]?.(requests(model).length, body) ?? error(400, 'nobody was to ask');
  });
  const agent = agentOn(`${server.origin}/v1`, {
    anthropic: { apiKey: 'key', baseUrl: server.origin },
    ...more,
  });
  try {
    const { result } = completed(await agent.run(job('asked', of), run));
    return { result, failure: undefined, run, requests };
  } catch (failure) {
    return { result: {}, failure, run, requests };
  } finally {
    await agent.close();
    await server.close();
  }
}
