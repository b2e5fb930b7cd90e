import { z } from '@hono/zod-openapi';
import type { JsonObject } from '../../json.ts';
import type { Place, ThreadRef } from '../../thread-states.ts';
import { HttpError } from '../answer.ts';
import type { Answer } from '../answer.ts';
import { described, failed, jsonBody } from '../described.ts';
import { addRoute } from '../route.ts';
import type { App } from '../route.ts';
import type { Door, Service } from '../service.ts';
import { asked } from './asked.ts';
import { beforeOf, history, id, page, placeOf, stateAt, stateUpdate, threadPath } from './schemas.ts';
import { findThread } from './threads.ts';

/** The state of a thread that no run has touched. */
const NOTHING: JsonObject = {
  values: {},
  next: [],
  tasks: [],
  metadata: null,
  created_at: null,
  checkpoint: null,
  parent_checkpoint: null,
};

/** While it lasts nobody runs the thread; a change takes a few milliseconds. */
const EDIT_MS = 15_000;

async function refOf(service: Service, threadId: string): Promise<ThreadRef | undefined> {
  const { definition } = await findThread(service, threadId);
  return definition && { thread: threadId, definition };
}

async function readState(
  service: Service,
  threadId: string,
  place: Place | undefined,
  subgraphs: boolean,
): Promise<Answer> {
  const ref = await refOf(service, threadId);
  const state = ref && (await asked(service, 'read the state', service.states.read(ref, place, subgraphs)));
  return { status: 200, body: state ?? NOTHING };
}

async function updateState(
  service: Service,
  threadId: string,
  { values, as_node, checkpoint_id, checkpoint }: z.infer<typeof stateUpdate>,
): Promise<Answer> {
  const { threads, states } = service;
  const ref = await refOf(service, threadId);
  if (!ref) throw new HttpError(422, 'the thread has no state yet: run an assistant on it first');
  const held = await asked(service, 'hold the thread', threads.hold(threadId, EDIT_MS));
  if (held !== 'held') throw new HttpError(409, 'Thread is busy');
  try {
    const place = placeOf(checkpoint_id, checkpoint);
    const update = states.update(ref, values ?? null, as_node ?? undefined, place);
    return { status: 200, body: { checkpoint: await asked(service, 'update the state', update) } };
  } finally {
    await asked(service, 'let go of the thread', threads.letGo(threadId));
  }
}

async function listStates(
  service: Service,
  threadId: string,
  { limit, before, metadata, checkpoint }: z.infer<typeof history>,
): Promise<Answer> {
  const ref = await refOf(service, threadId);
  if (!ref) return { status: 200, body: '[]' };
  const query = {
    limit,
    before: beforeOf(before),
    place: placeOf(undefined, checkpoint),
    metadata: metadata ?? undefined,
  };
  const states = await asked(service, 'read the history', service.states.history(ref, query));
  return { status: 200, body: JSON.stringify(states) };
}

const subgraphs = z.object({ subgraphs: z.enum(['true', 'false']).optional() });
const state = described('`{values, next, tasks, metadata, created_at, checkpoint, parent_checkpoint}`');
const states = described('States, the newest first', z.array(z.record(z.string(), z.unknown())));
const tags = ['threads'];

/** What runs have made of a thread, now and before, and changes by hand. */
export function addStateRoutes(app: App, door: Door): void {
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/threads/{thread_id}/state',
      tags,
      summary: 'Read the state of a thread',
      request: { params: threadPath, query: subgraphs },
      responses: { 200: state, ...failed(404, 422, 503) },
    },
    ({ req }, service) =>
      readState(service, req.valid('param').thread_id, undefined, req.valid('query').subgraphs === 'true'),
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/threads/{thread_id}/state/{checkpoint_id}',
      tags,
      summary: 'Read the state of a thread at a checkpoint',
      request: { params: threadPath.extend({ checkpoint_id: id }), query: subgraphs },
      responses: { 200: state, ...failed(404, 422, 503) },
    },
    ({ req }, service) => {
      const { thread_id, checkpoint_id } = req.valid('param');
      return readState(service, thread_id, { checkpoint_id }, req.valid('query').subgraphs === 'true');
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/threads/{thread_id}/state/checkpoint',
      scope: 'read',
      tags,
      summary: 'Read the state of a thread at a checkpoint that the body names',
      request: { params: threadPath, body: jsonBody(stateAt) },
      responses: { 200: state, ...failed(400, 404, 422, 503) },
    },
    ({ req }, service) => {
      const { checkpoint, subgraphs: deep } = req.valid('json');
      return readState(service, req.valid('param').thread_id, placeOf(undefined, checkpoint), deep ?? false);
    },
  );
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/threads/{thread_id}/state',
      tags,
      summary: 'Change the state of a thread by hand, as if a node had',
      request: { params: threadPath, body: jsonBody(stateUpdate) },
      responses: { 200: described('`{checkpoint}`: its new place'), ...failed(400, 404, 409, 422, 503) },
    },
    ({ req }, service) => updateState(service, req.valid('param').thread_id, req.valid('json')),
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/threads/{thread_id}/history',
      tags,
      summary: 'Read the states of a thread',
      request: { params: threadPath, query: z.object({ limit: page.limit, before: id.optional() }) },
      responses: { 200: states, ...failed(404, 422, 503) },
    },
    ({ req }, service) => listStates(service, req.valid('param').thread_id, req.valid('query')),
  );
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/threads/{thread_id}/history',
      scope: 'read',
      tags,
      summary: 'Read those states of a thread that the body names',
      request: { params: threadPath, body: jsonBody(history) },
      responses: { 200: states, ...failed(400, 404, 422, 503) },
    },
    ({ req }, service) => listStates(service, req.valid('param').thread_id, req.valid('json')),
  );
}
