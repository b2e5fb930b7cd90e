import { z } from 'zod';
import { STATUSES } from '../../jobs/rules/statuses.ts';
import type { JobEvent } from '../../ports.ts';

const text = z.string();
const error = { code: text, message: text };
const byAgent = {
  node: text.describe('Which agent of the definition'),
  parent: text.optional().describe('The call of `task` that handed the task to a specialist'),
};
const ofMessage = { message_id: text, ...byAgent };
const ofTool = { tool_call_id: text, name: text, ...byAgent };

/** What each live event carries, by its type. */
const events = {
  on_attempt: z
    .object({
      attempt: z.int().min(1),
      of: z.int().min(1).describe('The attempt after which the job has failed, should none get further'),
      step: z.int().nullable().describe('The step it goes on with; null where it begins with the input'),
      after: text.nullable(),
    })
    .describe('The job is taken up again; it takes back the text that came since the last `on_state_update`'),
  on_llm_stream: z.object({ ...ofMessage, content: text }).describe('Text of an answer of a model'),
  on_llm_end: z
    .object({
      ...ofMessage,
      model: text,
      seconds: z.number(),
      input_tokens: z.number(),
      output_tokens: z.number(),
      finish_reason: text,
      cost: z.object({ amount: z.number(), currency: text }).optional(),
    })
    .describe('A model has answered'),
  on_llm_error: z
    .object({ ...ofMessage, model: text, code: text })
    .describe('A call of a model failed; it takes back the text of this message'),
  on_tool_start: z.object({ ...ofTool, input: z.unknown() }).describe('A tool is called'),
  on_tool_end: z
    .object({ ...ofTool, status: text, output: z.unknown() })
    .describe('A tool has answered, or failed'),
  on_state_update: z
    .looseObject({ messages: z.array(z.looseObject({})), files: z.looseObject({}).optional() })
    .describe(
      'The state after a step, with the fields that the definition declares; of a long one the newest part',
    ),
  on_stream: z
    .object({ event: text, data: z.unknown() })
    .describe('A part of the stream that a client of the Agent Server asked for'),
  error: z.object(error).describe('Why the job failed; `end` follows'),
  end: z.strictObject({}).describe('The job has ended: exactly one for each end'),
} as const satisfies Record<JobEvent['type'], z.ZodType>;

/** A live event, as it goes over the wire. */
function live(type: string, data: z.ZodType): z.ZodType {
  return z.object({ event_type: z.literal(type), data }).describe(data.description ?? '');
}

/** Every live event, by its type. */
export const liveEvents: Readonly<Record<string, z.ZodType>> = Object.fromEntries(
  Object.entries(events).map(([type, data]) => [type, live(type, data)]),
);

/** How a job stands, over HTTP only. */
export const stateEvent = live(
  'state',
  z
    .looseObject({ job_id: text, status: z.enum(STATUSES), attempts: z.int().min(0) })
    .describe('How the job stands, where events before it are missing'),
);

/** The `error` of deepagents-runtime. */
export const predecessorError = live(
  'error',
  z
    .object({ error: z.object(error), context: z.literal('execution_failed') })
    .describe('Why the job failed; `end` follows'),
);
