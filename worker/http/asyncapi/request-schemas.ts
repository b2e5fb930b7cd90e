import { z } from 'zod';
import type { JobOptions } from '../../job-options.ts';
import { MAX_ID_LENGTH, QUESTION_ID } from '../../jobs/rules/message.ts';
import {
  LIMIT,
  LONGEST_WORD,
  MOST_RATES,
  MOST_TAGS,
  NUMBERS,
  PER_SECONDS,
} from '../../jobs/rules/options.ts';

/** Not blank, no control characters: written without lookahead and classes of Unicode, which not every reader of JSON Schema has. */
const CONTROL = String.raw`\x00-\x1f\x7f-\x9f`;
const LINE = new RegExp(`^[^${CONTROL}]*[^\\s${CONTROL}][^${CONTROL}]*$`);

const id = z.string().max(MAX_ID_LENGTH).regex(LINE);
const word = z.string().max(LONGEST_WORD).regex(LINE);
const filled = z.looseObject({}).meta({ minProperties: 1 });

function within({ least, most }: { readonly least: number; readonly most: number }) {
  return z.int().min(least).max(most);
}

const limited = { key: word, limit: within(LIMIT) };

const options = z
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

const asked = {
  job_id: id.describe('The identity of the job: the same id with the same content is the same job'),
  trace_id: id.describe('Any text of the publisher'),
  agent_definition: filled.optional().describe('The agent, in full'),
  agent: id.optional().describe('Or an agent that the worker knows, by name or id'),
  thread_id: id.optional().describe('The thread that it goes on with, by default with the agent of it'),
  options: options.optional(),
};

const has = (name: string) => ({ required: [name] });

/** What asks for a job: held to as the worker does, but for too many levels (`MAX_LEVELS`), nulls and blanks around. */
export const job = z
  .looseObject({
    ...asked,
    input_payload: filled.describe('`messages`, `files`, or anything else, which is one message as JSON'),
  })
  .meta({
    anyOf: [has('agent_definition'), has('agent'), has('thread_id')],
    not: { anyOf: [has('resume'), has('interrupt_id')] },
  });

/** What answers a question of a job. It is a job itself, which needs nothing else. */
export const answer = z.looseObject({
  ...asked,
  thread_id: id.describe('The thread that asks'),
  interrupt_id: z
    .string()
    .regex(QUESTION_ID)
    .optional()
    .describe('The question that it answers: the `id` of one of the `interrupts` of a result'),
  resume: z
    .unknown()
    .meta({ not: { type: 'null' } })
    .describe('The answer: `{"decisions": [{"type": "approve"}]}` for calls of tools'),
  input_payload: z.looseObject({}).optional(),
});
