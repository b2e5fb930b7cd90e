import { randomUUID } from 'node:crypto';
import { delimiter, dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { pythonLangchain } from '../servers/python-sdk.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { script } from '../stubs/model-script.ts';
import type { ScriptedCall } from '../stubs/model-script.ts';
import { follow } from './sse.ts';

// Tools as definitions for deepagents-runtime have them: on LangChain's own decorator, injections and commands.
const hasFile = `
from typing import Annotated, Dict
from langchain_core.tools import tool
from langchain.tools import InjectedState

@tool
def has_file(path: str, files: Annotated[Dict[str, dict], InjectedState("files")]) -> str:
    """Looks whether a specialist has left its file, and what is in it."""
    if path not in files:
        return f"MISSING {path}: there are {sorted(files)}"
    return "PASSED: " + " / ".join(files[path]["content"])
`;
const propose = `
from langchain_core.messages import ToolMessage
from langchain_core.tools import tool
from langchain.tools import ToolRuntime
from langgraph.types import Command

@tool
def propose(path: str, runtime: ToolRuntime = None) -> Command:
    """Notes a change that somebody has to agree to."""
    said = ToolMessage(content=f"noted {path}", tool_call_id=runtime.tool_call_id)
    return Command(update={"proposals": [{"path": path}], "messages": [said]})
`;
// No node declares this field, and there is no message: LangGraph for Python drops the one and stumbles over the other.
const conclude = `
from langchain_core.tools import tool
from langgraph.types import Command

@tool
def conclude(definition: dict) -> dict:
    """Hands in what was made."""
    return Command(update={"definition": definition})
`;

const model = { provider: 'openai', model: 'gpt-4.1-mini' };
const node = (id: string, type: string, name: string, tools: string[], more: JsonObject = {}) => ({
  id,
  type,
  config: { name, system_prompt: `You are the ${name}.`, model, tools, ...more },
});
const tool = (name: string, text: string) => ({
  name,
  runtime: { script: text, dependencies: ['langchain-core', 'langgraph', 'langchain'] },
});

const definition = {
  name: 'spec-writers',
  version: '1',
  tool_definitions: [tool('has_file', hasFile), tool('propose', propose), tool('conclude', conclude)],
  nodes: [
    node('chief', 'Orchestrator', 'Chief Writer', ['has_file']),
    node('guard', 'Specialist', 'Guardrail Agent', [], { description: 'Writes guardrails.md.' }),
    node('spec', 'Specialist', 'Spec Agent', ['propose', 'conclude'], {
      state_schema: { proposals: { type: 'list', item_type: 'dict', reducer: 'add_messages' } },
    }),
  ],
  edges: [
    { source: 'chief', target: 'guard', type: 'orchestrator' },
    { source: 'chief', target: 'spec', type: 'specialists' },
  ],
};

const write = (path: string, content: string) => [{ tool: 'write_file', args: { file_path: path, content } }];
const look = (path: string) => [{ tool: 'has_file', args: { path } }];
const hand = (name: string, rounds: readonly (readonly ScriptedCall[])[]) => [
  { tool: 'task', args: { subagent_type: name, description: script({ name, rounds, text: 'It is done.' }) } },
];
const rounds = [
  look('/guardrails.md'),
  hand('Guardrail Agent', [write('guardrails.md', '## Assessment\nStatus: fine')]),
  look('/guardrails.md'),
  hand('Spec Agent', [
    write('/THE_SPEC/plan.md', 'One step.'),
    [{ tool: 'propose', args: { path: '/THE_SPEC/plan.md' } }],
    [{ tool: 'conclude', args: { definition: { nodes: [] } } }],
  ]),
];

/** An event as the predecessor's publishers make it, with a trace id that is a text of theirs. */
function event(jobId: string): JsonObject {
  const asked = script({ name: jobId, rounds, text: 'All is written.' });
  return {
    specversion: '1.0',
    type: 'dev.my-platform.agent.execute',
    source: 'nats://agent.execute.test',
    id: 'test-cloudevent-789',
    data: {
      trace_id: `test-trace-${jobId}`,
      job_id: jobId,
      agent_definition: definition,
      input_payload: { messages: [{ role: 'user', content: asked }] },
    },
  };
}

describeServers('a definition for deepagents-runtime, unchanged', (servers) => {
  let world: World;
  let worker: WorkerProcess;
  beforeAll(async () => {
    const python = await pythonLangchain();
    world = await createWorld(servers);
    const path = [dirname(python), process.env['PATH']].join(delimiter);
    worker = await world.worker({ TOOL_PYTHON: 'subprocess', TOOL_TIMEOUT: '60s', PATH: path });
    await worker.ready();
  }, 180_000);
  afterAll(() => world.close());

  test('runs as its publisher sends it over NATS, and says what the predecessor said', async () => {
    const jobId = `test-job-${randomUUID()}`;
    await world.publish({ jobId, name: jobId, event: event(jobId) });
    const result = await world.result(jobId, 150);
    expect(result.subject).toBe(`${world.names.prefix}.status.completed`);
    expect(result.event).toMatchObject({
      type: 'dev.my-platform.agent.completed',
      source: 'agent-executor-service',
      subject: jobId,
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/),
      data: {
        job_id: jobId,
        result: {
          status: 'completed',
          output: 'All is written.',
          state: { proposals: [{ path: '/THE_SPEC/plan.md' }] },
          files: {
            '/guardrails.md': { content: ['## Assessment', 'Status: fine'] },
            '/THE_SPEC/plan.md': {},
          },
        },
      },
    });
    const told = (await follow(`${worker.url}/jobs/${jobId}/events`)).map(
      ({ data }) => data as { event_type: string; data: JsonObject },
    );
    const ours = new Set<unknown>(['has_file', 'propose', 'conclude']);
    const outputs = told.flatMap(({ event_type: type, data }) =>
      type === 'on_tool_end' && ours.has(data['name']) ? [data['output']] : [],
    );
    expect(outputs).toEqual([
      'MISSING /guardrails.md: there are []',
      'PASSED: ## Assessment / Status: fine',
      'noted /THE_SPEC/plan.md',
      'Done.',
    ]);
    const types = told.map(({ event_type: type }) => type);
    // What the predecessor's own tests demand of every job.
    expect(types.filter((type) => type === 'on_llm_stream').length).toBeGreaterThanOrEqual(1);
    expect(types.filter((type) => type === 'on_state_update').length).toBeGreaterThanOrEqual(2);
    expect(types.indexOf('end')).toBe(types.length - 1);
  }, 180_000);

  test('is a job over HTTP with the headers of a CloudEvent beside the whole event', async () => {
    const jobId = `test-job-${randomUUID()}`;
    const { data, ...envelope } = event(jobId);
    const asked = { messages: [{ role: 'user', content: script({ text: 'At once.' }) }] };
    const response = await fetch(`${worker.url}/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'ce-type': 'dev.my-platform.agent.execute',
        'ce-source': 'nats://agent.execute.test',
        'ce-id': 'test-cloudevent-789',
        'ce-specversion': '1.0',
      },
      body: JSON.stringify({ ...envelope, data: { ...(data as JsonObject), input_payload: asked } }),
    });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ data: { job_id: jobId, result: { output: 'At once.' } } });
  }, 60_000);
});
