import type { JsonObject } from '../../worker/json.ts';
import { script } from '../../test/stubs/model-script.ts';
import type { Script } from '../../test/stubs/model-script.ts';
import type { ToolShape } from '../../worker/agents/definition/shape.ts';

/** A kind of job. */
export interface Shape {
  readonly name: string;
  /** Model calls of one job. */
  readonly calls: number;
  readonly script: Script;
  /** Entries of `tool_definitions`, all of which the agent may use. */
  readonly tools?: readonly ToolShape[];
}

/** The jobs that are measured: one model call; three tools, each asked for on its own; a long answer. */
export const shapes: readonly Shape[] = [
  { name: 'one call', calls: 1, script: { text: 'It is noon in the city, and the bees are out.' } },
  {
    name: 'three tools',
    calls: 4,
    script: {
      rounds: [
        [{ tool: 'write_file', args: { file_path: '/notes.md', content: 'Bees dance.\nThey do.' } }],
        [{ tool: 'read_file', args: { file_path: '/notes.md' } }],
        [{ tool: 'ls', args: { path: '/' } }],
      ],
      text: 'The notes are in /notes.md.',
    },
  },
  { name: '2,000 tokens', calls: 1, script: { tokens: 2000 } },
];

/** An answer that takes its time, as those of real models do. */
export const streaming: Shape = {
  name: 'streaming',
  calls: 1,
  script: { tokens: 2000, tokenMs: 5 },
};

/** Three tool calls of a second each, in which the tool never pauses. */
export const busy: Shape = {
  name: 'busy tool',
  calls: 4,
  script: { rounds: Array.from({ length: 3 }, () => [{ tool: 'spin' }]), text: 'Done.' },
  tools: [
    {
      name: 'spin',
      runtime: {
        kind: 'quickjs',
        script:
          'export default () => { const end = Date.now() + 1000; while (Date.now() < end); return "spun"; }',
      },
    },
  ],
};

/** The prompt of the agent under measurement, which carries the script of its model. */
export function systemPrompt({ script: what }: Shape, latencyMs: number): string {
  return `You help people. ${script({ ...what, ...(latencyMs > 0 && { latencyMs }) })}`;
}

/** The same agent as a definition. */
export function definitionOf(shape: Shape, latencyMs: number): JsonObject {
  const model = { provider: 'openai', model: 'stub' };
  const tools = shape.tools ?? [];
  const config = {
    name: 'main',
    system_prompt: systemPrompt(shape, latencyMs),
    model,
    tools: tools.map(({ name }) => name),
  };
  return {
    name: 'bench',
    version: '1',
    tool_definitions: tools.map((tool) => ({ ...tool })),
    nodes: [{ id: 'main', type: 'Orchestrator', config }],
    edges: [],
  };
}
