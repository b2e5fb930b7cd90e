import { z } from 'zod';
import { MAX_ID_LENGTH, QUESTION_ID } from '../../jobs/rules/message.ts';
import { LINE, optionsSchema } from '../options-schema.ts';

const id = z.string().max(MAX_ID_LENGTH).regex(LINE);
const filled = z.looseObject({}).meta({ minProperties: 1 });

const asked = {
  job_id: id.describe('The identity of the job: the same id with the same content is the same job'),
  trace_id: id.describe('Any text of the publisher'),
  agent_definition: filled.optional().describe('The agent, in full'),
  agent: id.optional().describe('Or an agent that the worker knows, by name or id'),
  thread_id: id.optional().describe('The thread that it goes on with, by default with the agent of it'),
  options: optionsSchema.optional(),
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
