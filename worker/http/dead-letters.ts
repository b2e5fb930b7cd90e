import { z } from '@hono/zod-openapi';
import { jobIdOf, replayLetter, replayed } from '../jobs/manage/replay-letter.ts';
import type { DeadLetter } from '../jobs/rules/dead-letter.ts';
import type { JsonObject } from '../json.ts';
import { HttpError } from './answer.ts';
import { described, failed } from './described.ts';
import { asked } from './jobs.ts';
import { addRoute } from './route.ts';
import type { App } from './route.ts';
import type { Door } from './service.ts';

const MOST = 200;
/** Longest body that is shown, in bytes: the whole of it is in its stream. */
const SHOWN_BYTES = 16_384;

const number = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

function view(letter: DeadLetter): JsonObject {
  const { sequence, at, code, reason, subject, body, cut } = letter;
  return {
    number: sequence,
    at: at.toISOString(),
    job_id: jobIdOf(letter) ?? null,
    code,
    reason,
    subject,
    body: new TextDecoder().decode(body.subarray(0, SHOWN_BYTES)),
    body_bytes: body.length,
    cut,
  };
}

/** Messages that were put aside: listed, and taken up again. */
export function addDeadLetterRoutes(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/dead-letters',
      scope: 'operate',
      tags: ['jobs'],
      summary: 'List messages that were put aside, the oldest first',
      request: {
        query: z.strictObject({
          from: number.default(1).openapi({ description: 'Number of the first one to look at' }),
          limit: z.coerce.number().int().min(1).max(MOST).default(50),
        }),
      },
      responses: {
        200: described('A page of letters, and the number from which the next one begins'),
        ...failed(422, 503),
      },
    },
    async ({ req }, service) => {
      const { from, limit } = req.valid('query');
      const found = await asked(service, 'list the dead letters', service.letters.list(from, limit));
      const last = found.at(-1);
      const next = found.length < limit || !last ? null : last.sequence + 1;
      return { status: 200, body: { letters: found.map(view), next } };
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/dead-letters/{number}/replay',
      scope: 'operate',
      tags: ['jobs'],
      summary: 'Take up a message that was put aside: retry its job, or publish it again',
      request: { params: z.object({ number }) },
      responses: { 200: described('It is taken up, and no letter any more'), ...failed(404, 409, 422, 503) },
    },
    async ({ req }, service) => {
      const sequence = req.valid('param').number;
      const replaying = replayLetter(service.parts.store, service.letters, sequence);
      const outcome = await asked(service, 'replay the dead letter', replaying);
      const said = replayed(outcome);
      if (outcome.kind === 'unknown') throw new HttpError(404, said);
      if (outcome.kind !== 'retried' && outcome.kind !== 'published')
        throw new HttpError(409, `cannot replay dead letter ${sequence}: ${said}`);
      if (outcome.kind === 'retried') service.parts.due.soon(0);
      const jobId = outcome.kind === 'retried' ? outcome.jobId : null;
      return { status: 200, body: { number: sequence, job_id: jobId, done: said } };
    },
  );
}
