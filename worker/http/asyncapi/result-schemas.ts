import { z } from 'zod';

const text = z.string();

const error = z.object({
  code: text,
  message: text,
  type: text.describe('As `code`'),
  stack_trace: z.literal(''),
});

const ofJob = { job_id: text, trace_id: text };

/** An event of CloudEvents 1.0 in structured mode. */
function event<D extends z.ZodType>(name: string, data: D) {
  return z.object({
    specversion: z.literal('1.0'),
    type: z.literal(`dev.my-platform.agent.${name}`),
    source: text,
    subject: text.optional().describe('The id of the job'),
    id: text.describe('Also the `Nats-Msg-Id`'),
    time: text.meta({ format: 'date-time' }),
    datacontenttype: z.literal('application/json'),
    traceparent: text.optional().describe('The one that came with the job'),
    data,
  });
}

/** A job that is completed, or waits for a person. */
export const completed = event(
  'completed',
  z.object({
    ...ofJob,
    result: z.looseObject({
      status: z
        .enum(['completed', 'interrupted'])
        .describe('`interrupted`: a person has to answer the `interrupts`'),
      output: z.unknown().optional().describe('What the model said last'),
      finish_reason: text.optional(),
      usage: z.looseObject({ total_tokens: z.int().min(0) }).optional(),
      files: z.looseObject({}).optional(),
      todos: z.unknown().optional(),
      state: z.looseObject({}).optional().describe('The fields that the definition declares'),
      structured_response: z.looseObject({}).optional().describe('What fits the `response_format`'),
      interrupts: z.array(z.looseObject({ id: text.optional() })).optional(),
      unanswered: z
        .object({ after_seconds: z.number(), decision: text, message: text.optional() })
        .optional()
        .describe('What becomes of the question when nobody answers'),
      ref: text.optional().describe('Where the result is that is too large for a message'),
      bytes: z.int().min(0).optional().describe('How large that one is'),
    }),
  }),
);

/** A job that failed or was cancelled. */
export const failed = event('failed', z.object({ ...ofJob, error }));

/** A message that is not taken, where no job fails with it. */
export const refused = event(
  'refused',
  z.object({
    job_id: text.nullable(),
    trace_id: text.nullable(),
    message: text.describe('Stream and sequence of the message'),
    error,
  }),
);

/** What is said of a message that was put aside, beside its own headers. */
export const deadHeaders = z.looseObject({
  'Agent-Dead-Code': text,
  'Agent-Dead-Reason': text,
  'Agent-Dead-Subject': text.describe('Where it was published'),
  'Agent-Dead-Source': text.describe('Stream and sequence of the message'),
  'Agent-Dead-Deliveries': text,
  'Agent-Dead-Body-Bytes': text.optional().describe('How long its body was, of which the start is kept'),
});
