import { z } from '@hono/zod-openapi';
import { id, object, page, runConfig } from './schemas.ts';

export const assistantPath = z.object({ assistant_id: id });

const graph = z.string().min(1).max(200);
const name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\p{Cs}]+$/u, 'expected no control characters');
const description = z
  .string()
  .max(10_000)
  .regex(/^[^\0\p{Cs}]*$/u, 'expected no character 0');

export const assistantCreate = z
  .object({
    assistant_id: id.nullish(),
    graph_id: graph,
    config: runConfig.nullish(),
    context: object.nullish(),
    metadata: object.nullish(),
    if_exists: z.enum(['raise', 'do_nothing']).nullish(),
    name: name.nullish(),
    description: description.nullish(),
  })
  .openapi('AssistantCreate');

export const assistantChange = z
  .object({
    graph_id: graph.nullish(),
    config: runConfig.nullish(),
    context: object.nullish(),
    metadata: object.nullish(),
    name: name.nullish(),
    description: description.nullish(),
  })
  .openapi('AssistantChange');

const filter = { metadata: object.nullish(), graph_id: graph.nullish(), name: name.nullish() };

export const assistantSearch = z
  .object({
    ...filter,
    ...page,
    sort_by: z.enum(['assistant_id', 'graph_id', 'name', 'created_at', 'updated_at']).default('created_at'),
    sort_order: z.enum(['asc', 'desc']).default('desc'),
    select: z.array(z.string()).nullish(),
  })
  .openapi('AssistantSearch');

export const assistantCount = z.object(filter).openapi('AssistantCount');

export const versionList = z.object({ metadata: object.nullish(), ...page }).openapi('VersionList');

export const versionChoice = z
  .object({ version: z.number().int().min(1).max(2_000_000_000) })
  .openapi('VersionChoice');
