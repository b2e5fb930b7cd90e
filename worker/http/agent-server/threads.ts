import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../json.ts';
import { isJsonObject } from '../../json.ts';
import type { ThreadRecord } from '../../thread-store.ts';
import { HttpError } from '../answer.ts';
import { described, failed, jsonBody } from '../described.ts';
import { addRoute } from '../route.ts';
import type { App } from '../route.ts';
import type { Door, Service } from '../service.ts';
import { asked } from './asked.ts';
import { object, threadCreate, threadPath, threadSearch } from './schemas.ts';
import { z } from '@hono/zod-openapi';

/** The thread, or 404. */
export async function findThread(service: Service, threadId: string): Promise<ThreadRecord> {
  const thread = await asked(service, 'read the thread', service.threads.read(threadId));
  if (!thread) throw new HttpError(404, `Thread with ID ${threadId} not found`);
  return thread;
}

/** A thread as clients see it, with its state. */
async function threadView(service: Service, thread: ThreadRecord): Promise<JsonObject> {
  const { threadId, definition } = thread;
  const state =
    definition &&
    (await asked(
      service,
      'read the state of the thread',
      service.states.read({ thread: threadId, definition }, undefined, false),
    ));
  const tasks = Array.isArray(state?.['tasks']) ? state['tasks'] : [];
  const asking = tasks
    .filter(isJsonObject)
    .flatMap(({ id, interrupts }) =>
      typeof id === 'string' && Array.isArray(interrupts) && interrupts.length > 0
        ? [[id, interrupts] as const]
        : [],
    );
  return {
    thread_id: threadId,
    created_at: thread.createdAt,
    updated_at: thread.updatedAt,
    metadata: thread.metadata,
    status: thread.status,
    config: {},
    values: state?.['values'] ?? null,
    interrupts: Object.fromEntries(asking),
  };
}

async function view(service: Service, threadId: string): Promise<{ status: number; body: JsonObject }> {
  return { status: 200, body: await threadView(service, await findThread(service, threadId)) };
}

const tags = ['threads'];

/** Threads: made, found, changed, copied, forgotten. */
export function addThreadRoutes(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/threads',
      tags,
      summary: 'Make a thread',
      request: { body: jsonBody(threadCreate) },
      responses: { 200: described('The thread'), ...failed(400, 409, 413, 422, 503) },
    },
    async ({ req }, service) => {
      const { thread_id, metadata, if_exists } = req.valid('json');
      const threadId = thread_id ?? randomUUID();
      const made = await asked(service, 'make the thread', service.threads.create(threadId, metadata ?? {}));
      if (!made && if_exists !== 'do_nothing') throw new HttpError(409, `Thread ${threadId} already exists`);
      return view(service, threadId);
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/threads/{thread_id}',
      tags,
      summary: 'Look at a thread',
      request: { params: threadPath },
      responses: { 200: described('The thread, with its state'), ...failed(404, 422, 503) },
    },
    ({ req }, service) => view(service, req.valid('param').thread_id),
  );
  addRoute(
    app,
    door,
    {
      method: 'patch',
      path: '/threads/{thread_id}',
      tags,
      summary: 'Add to the metadata of a thread',
      request: {
        params: threadPath,
        body: {
          required: true,
          content: { 'application/json': { schema: z.object({ metadata: object.nullish() }) } },
        },
      },
      responses: { 200: described('The thread'), ...failed(404, 422, 503) },
    },
    async ({ req }, service) => {
      const { thread_id } = req.valid('param');
      const { metadata } = req.valid('json');
      const known = await asked(
        service,
        'change the thread',
        service.threads.patch(thread_id, metadata ?? {}),
      );
      if (!known) throw new HttpError(404, `Thread with ID ${thread_id} not found`);
      return view(service, thread_id);
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'delete',
      path: '/threads/{thread_id}',
      tags,
      summary: 'Forget a thread, its state and its runs',
      request: { params: threadPath },
      responses: { 204: { description: 'It is forgotten' }, ...failed(404, 409, 422, 503) },
    },
    async ({ req }, service) => {
      const { thread_id } = req.valid('param');
      const answer = await asked(service, 'forget the thread', service.threads.remove(thread_id));
      if (answer === 'unknown') throw new HttpError(404, `Thread with ID ${thread_id} not found`);
      if (answer === 'busy') throw new HttpError(409, 'a run of the thread is not through: cancel it first');
      return { status: 204, body: '' };
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/threads/{thread_id}/copy',
      tags,
      summary: 'Make a thread with the state of another',
      request: { params: threadPath },
      responses: { 200: described('The new thread'), ...failed(404, 422, 503) },
    },
    async ({ req }, service) => {
      const { thread_id } = req.valid('param');
      const copy = randomUUID();
      if (!(await asked(service, 'copy the thread', service.threads.copy(thread_id, copy))))
        throw new HttpError(404, `Thread with ID ${thread_id} not found`);
      return view(service, copy);
    },
  );
}

/** Lists of threads. */
export function addThreadSearch(app: App, door: Door): void {
  const body = jsonBody(threadSearch);
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/threads/search',
      scope: 'read',
      tags,
      summary: 'Find threads',
      request: { body },
      responses: {
        200: described('The threads', z.array(z.record(z.string(), z.unknown()))),
        ...failed(400, 422, 503),
      },
    },
    async ({ req }, service) => {
      const { ids, metadata, status, limit, offset, sort_by, sort_order, select } = req.valid('json');
      const filter = { ids: ids ?? undefined, metadata: metadata ?? undefined, status: status ?? undefined };
      const page = { limit, offset, sortBy: sort_by, descending: sort_order === 'desc' };
      const found = await asked(service, 'find threads', service.threads.search(filter, page));
      const views = await Promise.all(found.map((thread) => threadView(service, thread)));
      const shown = views.map((one) => selected(one, select));
      return { status: 200, body: JSON.stringify(shown), headers: nextPage(found, page) };
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/threads/count',
      scope: 'read',
      tags,
      summary: 'Count threads',
      request: { body },
      responses: { 200: described('Their number', z.number()), ...failed(400, 422, 503) },
    },
    async ({ req }, service) => {
      const { ids, metadata, status } = req.valid('json');
      const filter = { ids: ids ?? undefined, metadata: metadata ?? undefined, status: status ?? undefined };
      const count = await asked(service, 'count threads', service.threads.count(filter));
      return { status: 200, body: String(count) };
    },
  );
}

/** Tells where a list goes on, unless it is at its end. */
export function nextPage(
  { length }: readonly unknown[],
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Record<string, string> {
  return length === limit ? { 'X-Pagination-Next': String(offset + limit) } : {};
}

/** The fields of an object that were asked for. */
export function selected(one: JsonObject, select: readonly string[] | null | undefined): JsonObject {
  if (!select) return one;
  return Object.fromEntries(Object.entries(one).filter(([key]) => select.includes(key)));
}
