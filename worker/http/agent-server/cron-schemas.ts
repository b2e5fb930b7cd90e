import { z } from '@hono/zod-openapi';
import { id, object, page, runCreate } from './schemas.ts';

export const cronPath = z.object({ cron_id: id });

/** What a cron may say of its runs. */
const run = runCreate.pick({
  input: true,
  config: true,
  context: true,
  webhook: true,
  interrupt_before: true,
  interrupt_after: true,
  stream_mode: true,
  stream_subgraphs: true,
  stream_resumable: true,
  durability: true,
  options: true,
});
const schedule = z.string().max(100).openapi({
  description: 'Five fields: minute, hour, day, month and day of the week',
  example: '0 9 * * MON-FRI',
});

/** A moment; in UTC where it does not say. */
const moment = z.iso
  .datetime({ offset: true, local: true })
  .transform((text) => new Date(/(Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`).toISOString());

const when = {
  timezone: z.string().max(100).nullish().openapi({ description: 'A name of the IANA; UTC when absent' }),
  end_time: moment.nullish().openapi({ type: 'string', description: 'It is never due after that' }),
  enabled: z.boolean().nullish(),
  on_run_completed: z
    .enum(['delete', 'keep'])
    .nullish()
    .openapi({ description: 'Whether threads that its runs have of their own stay' }),
};

export const cronCreate = run
  .extend({
    ...when,
    assistant_id: id,
    schedule,
    metadata: object.nullish(),
    multitask_strategy: runCreate.shape.multitask_strategy,
  })
  .openapi('CronCreate');

export const cronChange = run
  .extend({ ...when, schedule: schedule.nullish(), metadata: object.nullish() })
  .openapi('CronChange');

const filter = { assistant_id: id.nullish(), thread_id: id.nullish(), metadata: object.nullish() };

export const cronSearch = z
  .object({
    ...filter,
    enabled: z.boolean().nullish(),
    ...page,
    sort_by: z
      .enum(['cron_id', 'assistant_id', 'thread_id', 'created_at', 'updated_at', 'next_run_date'])
      .default('created_at'),
    sort_order: z.enum(['asc', 'desc']).default('desc'),
    select: z.array(z.string()).nullish(),
  })
  .openapi('CronSearch');

export const cronCount = z.object(filter).openapi('CronCount');

export type CronCreate = z.infer<typeof cronCreate>;
export type CronChange = z.infer<typeof cronChange>;
