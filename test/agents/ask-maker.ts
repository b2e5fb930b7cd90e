import type { AgentSettings } from '../../worker/agents/settings.ts';
import type { JsonObject } from '../../worker/json.ts';
import { startRawModel } from '../stubs/raw-model.ts';
import type { RawAnswer, RawModel } from '../stubs/raw-model.ts';
import { agentOn, completed, job, testRun } from './fixture.ts';
import type { TestRun } from './fixture.ts';

const charge = {
  name: 'charge',
  description: 'charges',
  parameters: { type: 'object', properties: { amount: { type: 'number' } }, required: ['amount'] },
  runtime: { kind: 'quickjs', script: 'export default ({ amount }) => `charged ${amount}`' },
};

interface Asked extends Pick<RawModel, 'requests' | 'heads'> {
  /** Empty when it failed. */
  readonly result: JsonObject;
  readonly run: TestRun;
  readonly failure: unknown;
}

/** What comes of one job whose agent may charge, against a server of a maker; `settings` are those for its address. */
export async function askMaker(
  model: JsonObject,
  settings: (origin: string) => Partial<AgentSettings>,
  answer: (body: JsonObject, n: number, path: string) => RawAnswer,
): Promise<Asked> {
  const server = await startRawModel(answer);
  const agent = agentOn(`${server.origin}/v1`, settings(server.origin));
  const config = { name: 'a', system_prompt: 'You charge.', model, tools: ['charge'] };
  const of = { tool_definitions: [charge], nodes: [{ id: 'a', type: 'Orchestrator', config }] };
  const run = testRun();
  const { requests, heads } = server;
  try {
    const { result } = completed(await agent.run(job('asked', of), run));
    return { result, run, requests, heads, failure: undefined };
  } catch (failure) {
    return { result: {}, run, requests, heads, failure };
  } finally {
    await agent.close();
    await server.close();
  }
}
