import { randomUUID } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import { MOST_CRONS } from '../../cron-store.ts';
import type { CronFacts, CronFilter } from '../../cron-store.ts';
import { assistantIdOf } from '../../jobs/digest.ts';
import { nextDue, scheduleProblem } from '../../jobs/schedule.ts';
import { HttpError } from '../answer.ts';
import type { Answer } from '../answer.ts';
import { described, failed, jsonBody } from '../described.ts';
import { addRoute } from '../route.ts';
import type { App } from '../route.ts';
import type { Door, Service } from '../service.ts';
import { asked } from './asked.ts';
import { changedFacts, cronView, newFacts } from './cron-facts.ts';
import { cronChange, cronCount, cronCreate, cronPath, cronSearch } from './cron-schemas.ts';
import type { CronChange, CronCreate } from './cron-schemas.ts';
import { runOfCron } from './put-cron-run.ts';
import { prepareRun } from './put-run.ts';
import { threadPath } from './schemas.ts';
import { findThread, nextPage, selected } from './threads.ts';

const tags = ['crons'];
const cronAnswer = described('The cron');

/** Throws 422 unless there is a time to come at which it is due. */
function checkSchedule({ parts }: Service, facts: CronFacts): void {
  const problem = scheduleProblem(facts);
  if (problem) throw new HttpError(422, 'cannot read the schedule', { problems: [{ ...problem }] });
  if (facts.enabled && !nextDue(facts, parts.clock.wall()))
    throw new HttpError(422, 'the cron would never be due: expected a day that comes, before end_time');
}

/** The id of its assistant; throws when its runs could not be put now. */
async function checkRun(service: Service, facts: CronFacts): Promise<string> {
  const run = await prepareRun(service, facts.threadId, runOfCron(facts, facts.metadata));
  return run.facts.assistantId;
}

async function create(service: Service, threadId: string | undefined, asks: CronCreate): Promise<Answer> {
  if (threadId !== undefined) await findThread(service, threadId);
  const facts = newFacts(threadId, asks);
  checkSchedule(service, facts);
  const assistantId = await checkRun(service, facts);
  const making = service.crons.create(randomUUID(), { ...facts, assistantId });
  const cron = await asked(service, 'make the cron', making);
  if (!cron) throw new HttpError(422, `there are ${MOST_CRONS} crons already: delete one of them first`);
  return { status: 200, body: cronView(cron) };
}

async function change(service: Service, cronId: string, asks: CronChange): Promise<Answer> {
  const before = await asked(service, 'read the cron', service.crons.read(cronId));
  if (!before) throw notFound(cronId);
  const facts = changedFacts(before, asks);
  checkSchedule(service, facts);
  if (facts.enabled) await checkRun(service, facts);
  const changing = service.crons.change(cronId, (cron) => changedFacts(cron, asks));
  const cron = await asked(service, 'change the cron', changing);
  if (!cron) throw notFound(cronId);
  return { status: 200, body: cronView(cron) };
}

function notFound(cronId: string): HttpError {
  return new HttpError(404, `Cron with ID ${cronId} not found`);
}

/** Assistants that graphs are by themselves are known by their names as well. */
function filterOf({ assistant_id, thread_id, metadata }: z.infer<typeof cronCount>): CronFilter {
  return {
    assistantIds: assistant_id ? [assistant_id, assistantIdOf(assistant_id)] : undefined,
    threadId: thread_id ?? undefined,
    metadata: metadata ?? undefined,
  };
}

/** Crons: made, changed, deleted. */
export function addCronRoutes(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/runs/crons',
      tags,
      summary: 'Make a cron: runs at the times of a schedule, each on a thread of its own',
      request: { body: jsonBody(cronCreate) },
      responses: { 200: cronAnswer, ...failed(400, 404, 413, 422, 503) },
    },
    ({ req }, service) => create(service, undefined, req.valid('json')),
  );
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/threads/{thread_id}/runs/crons',
      tags,
      summary: 'Make a cron: runs at the times of a schedule, on a thread with which it goes',
      request: { params: threadPath, body: jsonBody(cronCreate) },
      responses: { 200: cronAnswer, ...failed(400, 404, 413, 422, 503) },
    },
    ({ req }, service) => create(service, req.valid('param').thread_id, req.valid('json')),
  );
  addRoute(
    app,
    door,
    {
      method: 'patch',
      path: '/runs/crons/{cron_id}',
      tags,
      summary: 'Change a cron; a changed schedule counts from now on',
      request: { params: cronPath, body: jsonBody(cronChange) },
      responses: { 200: cronAnswer, ...failed(400, 404, 413, 422, 503) },
    },
    ({ req }, service) => change(service, req.valid('param').cron_id, req.valid('json')),
  );
  addRoute(
    app,
    door,
    {
      method: 'delete',
      path: '/runs/crons/{cron_id}',
      tags,
      summary: 'Delete a cron; its runs stay',
      request: { params: cronPath },
      responses: { 204: { description: 'It is not there any more' }, ...failed(404, 422, 503) },
    },
    async ({ req }, service) => {
      const { cron_id } = req.valid('param');
      if (!(await asked(service, 'delete the cron', service.crons.remove(cron_id)))) throw notFound(cron_id);
      return { status: 204, body: '' };
    },
  );
}

/** Lists of crons. */
export function addCronLists(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/runs/crons/search',
      scope: 'read',
      tags,
      summary: 'Find crons',
      request: { body: jsonBody(cronSearch) },
      responses: {
        200: described('The crons', z.array(z.record(z.string(), z.unknown()))),
        ...failed(400, 422, 503),
      },
    },
    async ({ req }, service) => {
      const { limit, offset, sort_by, sort_order, select, enabled, ...asks } = req.valid('json');
      const filter = { ...filterOf(asks), enabled: enabled ?? undefined };
      const page = { limit, offset, sortBy: sort_by, descending: sort_order === 'desc' };
      const found = await asked(service, 'find crons', service.crons.search(filter, page));
      const shown = found.map((cron) => selected(cronView(cron), select));
      return { status: 200, body: JSON.stringify(shown), headers: nextPage(found, page) };
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/runs/crons/count',
      scope: 'read',
      tags,
      summary: 'Count crons',
      request: { body: jsonBody(cronCount) },
      responses: { 200: described('Their number', z.number()), ...failed(400, 422, 503) },
    },
    async ({ req }, service) => {
      const count = await asked(service, 'count crons', service.crons.count(filterOf(req.valid('json'))));
      return { status: 200, body: String(count) };
    },
  );
}
