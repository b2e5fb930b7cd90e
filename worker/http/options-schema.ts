import { z } from 'zod';
import type { JobOptions } from '../job-options.ts';
import { LIMIT, LONGEST_WORD, MOST_RATES, MOST_TAGS, NUMBERS, PER_SECONDS } from '../jobs/rules/options.ts';
import type { JsonObject } from '../json.ts';

/** Not blank, no control characters: written without lookahead and classes of Unicode, which not every reader of JSON Schema has. */
const CONTROL = String.raw`\x00-\x1f\x7f-\x9f`;
export const LINE = new RegExp(`^[^${CONTROL}]*[^\\s${CONTROL}][^${CONTROL}]*$`);

const word = z.string().max(LONGEST_WORD).regex(LINE);

function within({ least, most }: { readonly least: number; readonly most: number }) {
  return z.int().min(least).max(most);
}

const limited = { key: word, limit: within(LIMIT) };

/** How a job wants to be run, as documents describe it; `readOptions` (jobs/rules/options.ts) is what reads it. */
export const optionsSchema = z
  .strictObject({
    attempts: within(NUMBERS.attempts).describe('Failures after which it ends'),
    patience_seconds: within(NUMBERS.patience_seconds).describe('How long what it needs may be away'),
    deadline_seconds: within(NUMBERS.deadline_seconds).describe(
      'From the time when it was asked for: then it ends, also when it waits',
    ),
    priority: within(NUMBERS.priority).describe('The higher goes first'),
    after_seconds: within(NUMBERS.after_seconds).describe('It does not begin before'),
    concurrency: z.strictObject(limited).describe('No more jobs of the key run at once'),
    rates: z
      .array(z.strictObject({ ...limited, per_seconds: within(PER_SECONDS) }))
      .max(MOST_RATES)
      .describe('No more attempts at jobs of the key begin in that time'),
    tags: z.array(word).max(MOST_TAGS).describe('Words by which it is found again'),
  } satisfies Record<keyof JobOptions, z.ZodType>)
  .partial()
  .describe('How the job wants to be run; what is absent is as the worker is set');

/** The same for OpenAPI 3.1, whose schemas are JSON Schema. */
export function optionsInOpenApi(): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(optionsSchema, { io: 'input' });
  return rest as JsonObject;
}
