import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../worker/json.ts';
import { script } from '../stubs/model-script.ts';
import type { Script } from '../stubs/model-script.ts';

/** A job whose model answers by a script. */
export interface TestJob {
  readonly jobId: string;
  /** Under which the model server counts its calls. */
  readonly name: string;
  readonly event: JsonObject;
}

/** A tool that computes something in QuickJS and answers with text. */
export const doubleTool: JsonObject = {
  name: 'double',
  description: 'Doubles a number.',
  runtime: {
    kind: 'quickjs',
    script: 'export default ({ n }) => `${n * 2}`;',
  },
};

/** An agent with one orchestrator. */
export function definition(tools: readonly JsonObject[] = []): JsonObject {
  return {
    name: 'test-agent',
    version: '1.0.0',
    tool_definitions: [...tools],
    nodes: [
      {
        id: 'main',
        type: 'Orchestrator',
        config: {
          name: 'main',
          system_prompt: 'You answer.',
          model: { provider: 'openai', model: 'stub' },
          tools: tools.map((tool) => tool['name'] ?? ''),
        },
      },
    ],
    edges: [],
  };
}

/** A job as the bare payload that publishers send. */
export function testJob(what: Script = {}, tools: readonly JsonObject[] = []): TestJob {
  const jobId = randomUUID();
  const name = what.name ?? jobId;
  return {
    jobId,
    name,
    event: {
      specversion: '1.0',
      type: 'dev.my-platform.agent.execute',
      source: 'a-test',
      id: jobId,
      data: {
        trace_id: `trace-${jobId}`,
        job_id: jobId,
        agent_definition: definition(tools),
        input_payload: { messages: [{ role: 'user', content: script({ ...what, name }) }] },
      },
    },
  };
}
