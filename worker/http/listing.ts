import { z } from '@hono/zod-openapi';
import type { JobFilter } from '../job-filter.ts';
import { parseDuration } from '../jobs/rules/duration.ts';
import { STATUSES, readStatuses } from '../jobs/rules/statuses.ts';

const MOST = 500;

/** A text that is read, or refused with what was expected. */
function readAs<T>(read: (text: string) => T | undefined, expected: string) {
  return z.string().transform((text, context) => {
    const value = read(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: `expected ${expected}` });
    return z.NEVER;
  });
}

const text = (description: string) =>
  z
    .string()
    .transform((given) => given.replaceAll(/\p{Cc}/gu, '') || undefined)
    .optional()
    .openapi({ type: 'string', description });

const age = (description: string) =>
  readAs(parseDuration, 'an age such as 30s, 10m, 24h or 7d')
    .optional()
    .openapi({ type: 'string', description, example: '24h' });

/** `?status=failed&code=TOOL_FAILED&older=1h…` */
export const listingQuery = z.strictObject({
  status: readAs(readStatuses, `one or more of ${STATUSES.join(', ')}, separated by commas`)
    .optional()
    .openapi({
      type: 'string',
      description: 'One or more, separated by commas',
      example: 'failed,cancelled',
    }),
  code: text('Code of the error of jobs that failed or were cancelled'),
  agent: text('Name of the definition'),
  tag: text('One of the tags of the options of the job'),
  text: text('A part of the id, of the trace id, of what was asked for, or of the error'),
  older: age('Asked for longer ago than this'),
  younger: age('Asked for since'),
  limit: readAs(
    (given) => (/^\d{1,3}$/.test(given) && Number(given) <= MOST ? Number(given) : undefined),
    `a whole number from 0 to ${MOST}`,
  )
    .default(50)
    .openapi({ type: 'integer', description: 'Longest page' }),
  after: text('The last job of the page before: its `next`'),
  counts: z.enum(['true', 'false']).optional().openapi({ description: 'Whether to count as well' }),
});

export type ListingQuery = z.output<typeof listingQuery>;

export function filterOf({ status, code, agent, tag, text: part, older, younger }: ListingQuery): JobFilter {
  return { statuses: status, code, agent, tag, text: part, olderMs: older, youngerMs: younger };
}
