import { Command, Send } from '@langchain/langgraph';
import { z } from 'zod';
import { Failure } from '../../jobs/rules/failures.ts';
import type { JsonObject } from '../../json.ts';
import { STREAM_MODES } from '../../thread-store.ts';

const anything = z.record(z.string(), z.unknown());
const target = z.union([z.string(), z.object({ node: z.string(), input: z.unknown().optional() })]);
const nodes = z.union([z.literal('*'), z.array(z.string())]);

const schema = z.object({
  assistant_id: z.string().optional(),
  graph_id: z.string().optional(),
  /** There is no input: the thread goes on where it stands. */
  continues: z.boolean().optional(),
  command: z
    .object({
      resume: z.unknown().optional(),
      update: z.union([anything, z.array(z.tuple([z.string(), z.unknown()]))]).optional(),
      goto: z.union([target, z.array(target)]).optional(),
    })
    .optional(),
  /** An answer that comes too late decides nothing, in place of failing: so it is where nobody is there to be told. */
  if_late: z.literal('ignore').optional(),
  checkpoint: z
    .object({
      checkpoint_id: z.string().optional(),
      checkpoint_ns: z.string().optional(),
    })
    .optional(),
  stream_mode: z.array(z.enum(STREAM_MODES)).optional(),
  stream_subgraphs: z.boolean().optional(),
  interrupt_before: nodes.optional(),
  interrupt_after: nodes.optional(),
  config: z
    .object({
      recursion_limit: z.number().int().min(1).optional(),
      tags: z.array(z.string()).optional(),
      configurable: anything.optional(),
    })
    .optional(),
  metadata: anything.optional(),
});

/** What a client of the Agent Server asks of a run, beside its input. */
export type RunOptions = z.infer<typeof schema>;

/** Reads `JobRequest.run`; throws INVALID_EVENT. */
export function runOptions(run: JsonObject): RunOptions {
  const read = schema.safeParse(run);
  if (read.success) return read.data;
  const all = read.error.issues.map(({ path, message }) => `run.${path.join('.')} ${message}`).join('; ');
  throw new Failure('INVALID_EVENT', `cannot run the thread: ${all}`);
}

/** What the graph is given in place of an input; undefined when the input counts. `resume` is the answer as LangGraph hears it. */
export function commandOf({ command, continues }: RunOptions, resume: unknown): Command | null | undefined {
  if (command === undefined) return continues === true ? null : undefined;
  const { goto = [], update } = command;
  const targets = (Array.isArray(goto) ? goto : [goto]).map((one) =>
    typeof one === 'string' ? one : new Send(one.node, one.input),
  );
  return new Command({
    ...(targets.length > 0 && { goto: targets }),
    ...(update !== undefined && { update: update as Record<string, unknown> }),
    ...(resume !== undefined && { resume }),
  });
}

/** What of the config of a client counts: neither more steps than the worker allows, nor keys that LangGraph keeps for itself. */
export function askedConfig({ config, metadata }: RunOptions, mostSteps: number) {
  return {
    recursionLimit: Math.min(config?.recursion_limit ?? mostSteps, mostSteps),
    ...(config?.tags && { tags: config.tags }),
    ...(metadata && { metadata }),
  };
}

/** What tools and clients read in the config of a run. */
export function publicKeys(
  { config, assistant_id, graph_id }: RunOptions,
  jobId: string,
): Readonly<Record<string, unknown>> {
  const own = Object.entries(config?.configurable ?? {}).filter(
    ([key]) => !key.startsWith('__') && !key.startsWith('checkpoint') && key !== 'agent_definition',
  );
  return {
    ...Object.fromEntries(own),
    run_id: jobId,
    ...(assistant_id !== undefined && { assistant_id }),
    ...(graph_id !== undefined && { graph_id }),
  };
}
