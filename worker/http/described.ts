import { z } from '@hono/zod-openapi';

/** A job, in a path. */
export const jobPath = z.object({
  id: z
    .string()
    .regex(/^\P{Cc}+$/u, 'expected no control characters')
    .openapi({ description: 'The id of the job, percent-encoded', example: 'job-1' }),
});

const anObject = z.record(z.string(), z.unknown());

/** The body of a request that has to have one, in JSON. */
export function jsonBody<T extends z.ZodType>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } };
}

/** An answer that is a JSON object. */
export function described(description: string, schema: z.ZodType = anObject) {
  return { description, content: { 'application/json': { schema } } };
}

const refusal = z
  .object({
    error: z.string().openapi({ description: 'What is wrong, in words' }),
    problems: z
      .array(z.object({ path: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'Each thing that is wrong with the input, by the path of its field' }),
  })
  .openapi('Refusal');

const reasons = {
  400: 'The request cannot be read',
  401: 'The bearer token is missing or wrong',
  403: 'Pages of this origin may not call, or the token does not allow it',
  404: 'There is no such thing',
  409: 'It is in the way of another one',
  413: 'The body is too large',
  422: 'The request breaks a rule; `problems` has each',
  426: 'It is a WebSocket',
  501: 'It is not supported; `error` says why',
  503: 'Not now: the same may be asked again after `Retry-After` seconds',
} as const;

/** The answers of a route that refuses. */
export function failed(...statuses: readonly (keyof typeof reasons)[]) {
  return Object.fromEntries(statuses.map((status) => [status, described(reasons[status], refusal)] as const));
}
