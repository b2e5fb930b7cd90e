import { z } from '@hono/zod-openapi';
import { STREAM_MODES } from '../../thread-store.ts';
import { isStorable } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';
import { optionsInOpenApi } from '../options-schema.ts';

const kept = { message: 'expected no character 0, no half of a character, and at most 100 levels' };

/** Any JSON object that can be kept. */
export const object = z
  .record(z.string(), z.unknown())
  .refine((value) => isStorable(value as Json), kept)
  .transform((value) => value as JsonObject);

/** An id: it becomes a key, a path and a header. */
export const id = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'expected no control characters');

export const threadPath = z.object({ thread_id: id });
export const runPath = z.object({ thread_id: id, run_id: id });

const limit = z.coerce.number().int().min(1).max(1000);
const offset = z.coerce.number().int().min(0).max(1_000_000_000);

/** Which part of a list. */
export const page = { limit: limit.default(10), offset: offset.default(0) };

const checkpoint = z.object({
  checkpoint_id: id.nullish(),
  checkpoint_ns: z.string().max(1_000).nullish(),
  checkpoint_map: z.record(z.string(), z.unknown()).nullish(),
});

const STATUSES = ['idle', 'busy', 'interrupted', 'error'] as const;

export const threadCreate = z
  .object({
    thread_id: id.nullish(),
    metadata: object.nullish(),
    if_exists: z.enum(['raise', 'do_nothing']).nullish(),
    supersteps: z.array(z.unknown()).max(0, 'is not supported: update the state of the thread').nullish(),
  })
  .openapi('ThreadCreate');

export const threadSearch = z
  .object({
    ids: z.array(id).max(1_000).nullish(),
    metadata: object.nullish(),
    status: z.enum(STATUSES).nullish(),
    values: z.null('is not supported: search by metadata').optional(),
    ...page,
    sort_by: z.enum(['thread_id', 'status', 'created_at', 'updated_at']).default('created_at'),
    sort_order: z.enum(['asc', 'desc']).default('desc'),
    select: z.array(z.string()).nullish(),
  })
  .openapi('ThreadSearch');

export const stateUpdate = z
  .object({
    values: z.unknown(),
    as_node: z.string().max(200).nullish(),
    checkpoint_id: id.nullish(),
    checkpoint: checkpoint.nullish(),
  })
  .openapi('StateUpdate');

export const history = z
  .object({
    limit: limit.default(10),
    before: z.union([id, z.object({ configurable: z.object({ checkpoint_id: id }) }), checkpoint]).nullish(),
    metadata: object.nullish(),
    checkpoint: checkpoint.nullish(),
  })
  .openapi('History');

export const stateAt = z
  .object({ checkpoint: checkpoint.nullish(), subgraphs: z.boolean().nullish() })
  .openapi('StateAt');

const mode = z.enum(STREAM_MODES);
const target = z.union([z.string(), z.object({ node: z.string(), input: z.unknown().optional() })]);
const nodes = z.union([z.literal('*'), z.array(z.string()).max(1_000)]);
/** An option that is refused, with the reason. */
export const absent = (why: string) => z.null(`is not supported: ${why}`).optional();

/** The config of a run, or of an assistant for its runs. */
export const runConfig = z.looseObject({
  tags: z.array(z.string()).optional(),
  recursion_limit: z.number().int().min(1).optional(),
  configurable: object.optional(),
});

export const runCreate = z
  .object({
    assistant_id: id,
    input: object.nullish(),
    command: z
      .object({
        resume: z.unknown().optional(),
        update: z.union([object, z.array(z.tuple([z.string(), z.unknown()]))]).nullish(),
        goto: z.union([target, z.array(target)]).nullish(),
      })
      .nullish(),
    checkpoint_id: id.nullish(),
    checkpoint: checkpoint.nullish(),
    metadata: object.nullish(),
    context: z
      .strictObject({}, 'is not supported: the definition of an agent says all that its runs need')
      .nullish(),
    config: runConfig.nullish(),
    interrupt_before: nodes.nullish(),
    interrupt_after: nodes.nullish(),
    stream_mode: z.union([mode, z.array(mode).max(20)]).nullish(),
    stream_subgraphs: z.boolean().nullish(),
    stream_resumable: z.boolean().nullish(),
    on_disconnect: z.enum(['cancel', 'continue']).nullish(),
    on_completion: z.enum(['delete', 'keep']).nullish(),
    multitask_strategy: z.enum(['reject', 'interrupt', 'rollback', 'enqueue']).nullish(),
    if_not_exists: z.enum(['create', 'reject']).nullish(),
    after_seconds: z.number().min(0).max(31_536_000).nullish(),
    options: z.unknown().optional().openapi(optionsInOpenApi()),
    durability: z.enum(['sync', 'async', 'exit']).nullish(),
    webhook: z.string().max(2_000).regex(/^\S*$/, 'expected an address').nullish(),
    feedback_keys: absent('there is no LangSmith here'),
    langsmith_tracer: absent('spans go where OTEL_EXPORTER_OTLP_ENDPOINT says'),
  })
  .openapi('RunCreate');

/** What a client asks of a run. */
export type RunCreate = z.infer<typeof runCreate>;

/** A place, as any of the forms in which clients name one. */
export function placeOf(
  checkpointId: string | null | undefined,
  named: z.infer<typeof checkpoint> | null | undefined,
): { checkpoint_id?: string; checkpoint_ns?: string } | undefined {
  const at = named?.checkpoint_id ?? checkpointId ?? undefined;
  const namespace = named?.checkpoint_ns ?? undefined;
  if (at === undefined && namespace === undefined) return undefined;
  return {
    ...(at !== undefined && { checkpoint_id: at }),
    ...(namespace !== undefined && { checkpoint_ns: namespace }),
  };
}

/** The id of the checkpoint before which states are asked for. */
export function beforeOf(before: z.infer<typeof history>['before']): string | undefined {
  if (before === null || before === undefined || typeof before === 'string') return before ?? undefined;
  if ('configurable' in before) return before.configurable.checkpoint_id;
  return before.checkpoint_id ?? undefined;
}
