import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { doubleTool } from '../servers/job.ts';
import type { World } from '../servers/world.ts';
import { follow } from '../services/sse.ts';
import { script } from '../stubs/model-script.ts';
import type { Script } from '../stubs/model-script.ts';

/** A job in the middle of which its worker is killed. */
export interface InterruptedJob {
  readonly jobId: string;
  readonly event: JsonObject;
  /** What it says in the end. */
  readonly output: string;
  /** How often each step of its conversations is asked for once it is resumed; a hole is one that was answered before. */
  readonly stepsAfter: Readonly<Record<string, readonly (number | null)[]>>;
  /** Tools that run once it is resumed. */
  readonly toolsAfter: readonly string[];
  /** Returns when it has come to where it is interrupted. */
  readonly reached: (world: World, workerUrl: string) => Promise<void>;
}

/** Milliseconds that an answer takes: enough to kill a worker that waits for it. */
const LATENCY_MS = 2_000;

const model = { provider: 'openai', model: 'stub' };
const slowTool: JsonObject = {
  name: 'slow',
  description: 'Takes its time.',
  runtime: {
    kind: 'quickjs',
    script:
      'export default () => { const end = Date.now() + 4000; while (Date.now() < end); return "at last"; }',
  },
};

interface Node {
  readonly name: string;
  readonly does: Script;
  readonly tools?: readonly string[];
  readonly more?: JsonObject;
}

function job(name: string, tools: readonly JsonObject[], nodes: readonly Node[]): JsonObject {
  return {
    specversion: '1.0',
    id: name,
    data: {
      job_id: `recorded-${name}`,
      trace_id: name,
      agent_definition: {
        name,
        version: '1',
        tool_definitions: [...tools],
        nodes: nodes.map(({ name: id, does, tools: names = [], more = {} }, index) => ({
          id,
          type: index === 0 ? 'Orchestrator' : 'Specialist',
          config: {
            name: id,
            description: id,
            system_prompt: `You are ${id}. ${script({ ...does, name: id })}`,
            model,
            tools: [...names],
            ...more,
          },
        })),
        edges: [],
      },
      input_payload: { messages: [{ role: 'user', content: 'Begin.' }] },
    },
  };
}

const asked = (name: string, step: number) => async (world: World) => {
  await until(`${name} is asked for step ${step}`, () =>
    Promise.resolve(world.model.steps(name)[step] === 1),
  );
};

/** One of each kind of thing that a checkpoint holds: messages and files, what one of two tools has answered, a specialist's own. */
export const interruptedJobs: readonly InterruptedJob[] = [
  {
    jobId: 'recorded-files',
    event: job(
      'files',
      [doubleTool],
      [
        {
          name: 'filer',
          tools: ['double'],
          more: { todos: true },
          does: {
            latencyMs: LATENCY_MS,
            rounds: [
              [{ tool: 'double', args: { n: 21 } }],
              [{ tool: 'write_file', args: { file_path: '/notes.md', content: 'Größe: 42\n' } }],
            ],
            text: 'It is filed.',
          },
        },
      ],
    ),
    output: 'It is filed.',
    stepsAfter: { filer: [null, null, 1] },
    toolsAfter: [],
    reached: asked('filer', 2),
  },
  {
    jobId: 'recorded-parallel',
    event: job(
      'parallel',
      [doubleTool, slowTool],
      [
        {
          name: 'juggler',
          tools: ['double', 'slow'],
          does: { rounds: [[{ tool: 'double', args: { n: 1 } }, { tool: 'slow' }]], text: 'Both are back.' },
        },
      ],
    ),
    output: 'Both are back.',
    stepsAfter: { juggler: [null, 1] },
    toolsAfter: ['slow'],
    async reached(world, workerUrl) {
      await until('it is taken', async () => (await world.status('recorded-parallel')) !== undefined);
      await follow(`${workerUrl}/jobs/recorded-parallel/events`, {}, (frames) =>
        frames.some(({ event }) => event === 'on_tool_end'),
      );
    },
  },
  {
    jobId: 'recorded-team',
    event: job(
      'team',
      [doubleTool],
      [
        {
          name: 'boss',
          does: {
            rounds: [[{ tool: 'task', args: { description: 'Double it.', subagent_type: 'helper' } }]],
            text: 'The helper has done it.',
          },
        },
        {
          name: 'helper',
          tools: ['double'],
          does: { latencyMs: LATENCY_MS, rounds: [[{ tool: 'double', args: { n: 4 } }]], text: '8' },
        },
      ],
    ),
    output: 'The helper has done it.',
    stepsAfter: { boss: [null, 1], helper: [null, 1] },
    toolsAfter: ['task'],
    reached: asked('helper', 1),
  },
];
