import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isJsonObject } from '../../worker/json.ts';
import type { JsonObject } from '../../worker/json.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { definition } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import type { WorkerProcess } from '../servers/worker.ts';

/** One route of the document that the worker serves. */
interface Route {
  readonly method: string;
  readonly path: string;
  /** Of its body, as far as it says. */
  readonly fields: readonly string[];
}

/** Values that break things: halves of characters, the character 0, depth, size, names of JavaScript's own. */
const nasty: readonly unknown[] = [
  null,
  '',
  '\u0000',
  '\ud800',
  '../../etc/passwd',
  "'; DROP TABLE agent_jobs; --",
  'x'.repeat(5_000),
  -1,
  0,
  1e308,
  Number.MAX_SAFE_INTEGER,
  true,
  [],
  [[[[[[]]]]]],
  {},
  { __proto__: { admin: true } },
  { constructor: { prototype: {} } },
  { lc: 1, type: 'constructor', id: ['langchain', 'schema', 'messages', 'HumanMessage'], kwargs: {} },
  { messages: [{ role: 'nobody', content: 1 }] },
  { messages: 'no list' },
  Array.from({ length: 200 }).reduce<unknown>((inner) => ({ a: inner }), {}),
  { configurable: { thread_id: 'of another', __pregel_read: 1, checkpoint_id: '\u0000' } },
];
const value = fc.oneof(fc.constantFrom(...nasty), fc.jsonValue({ maxDepth: 4 }));
const segment = fc.oneof(
  fc.constantFrom('x', '%00', '%E0%A4%A', '..%2f..', '%ud800', 'a b', 'x'.repeat(300), '-1', '😀', "'--"),
  fc.constant(randomUUID()),
);

describeServers('hostile requests', (servers) => {
  let world: World;
  let worker: WorkerProcess;
  let routes: readonly Route[];
  beforeAll(async () => {
    world = await createWorld(servers);
    worker = await world.worker({ OPENAI_API_KEY: 'sk-never-to-be-seen', LOG_LEVEL: 'error' });
    await worker.ready();
    routes = routesOf((await (await fetch(`${worker.url}/openapi.json`)).json()) as JsonObject);
  });
  afterAll(() => world.close());

  test('drawn from the description of every route: none is answered with 500, none with a secret', async () => {
    expect(routes.length).toBeGreaterThan(40);
    const known = [randomUUID(), randomUUID()];
    for (const thread_id of known)
      await fetch(`${worker.url}/threads`, { method: 'POST', body: JSON.stringify({ thread_id }), headers });
    const run = { assistant_id: 'agent', config: { configurable: { agent_definition: definition() } } };
    for (const route of routes) {
      const bodies = fc.oneof(
        fc.dictionary(fc.constantFrom(...route.fields, 'x'), value, { maxKeys: 5 }),
        fc
          .dictionary(fc.constantFrom(...route.fields, 'x'), value, { maxKeys: 3 })
          .map((one) => ({ ...run, ...one })),
        value,
      );
      const ids = fc.oneof(segment, fc.constantFrom(...known));
      await fc.assert(
        fc.asyncProperty(bodies, ids, ids, async (body, first, second) => {
          const path = route.path.replace(/\{\w+\}/, first).replace(/\{\w+\}/, second);
          const { status, text } = await ask(route, `${worker.url}${path}`, body);
          const asked = `${route.method} ${path} with ${JSON.stringify(body)}: ${text}`;
          expect(status, asked).not.toBe(500);
          expect(status !== 0 || WAITS.test(route.path), `no answer to ${asked}`).toBe(true);
          expect(text).not.toContain('sk-never-to-be-seen');
          expect(text).not.toMatch(/node:internal|\.ts:\d|postgres:\/\//);
        }),
        { numRuns: 12 },
      );
    }
    expect((await fetch(`${worker.url}/health`)).status).toBe(200);
    expect(worker.log()).not.toContain('cannot answer a request');
  }, 300_000);
});

const headers = { 'Content-Type': 'application/json' };

/** Routes whose answer may take as long as a job does, and that of a server that may wait for a run to end. */
const WAITS = /^\/$|\/(wait|stream|join|events|cancel|runs|mcp)$/;

/** Asks, and reads no more than the start of an answer that goes on. */
async function ask(
  { method, path }: Pick<Route, 'method' | 'path'>,
  url: string,
  body: unknown,
): Promise<{ status: number; text: string }> {
  const signal = AbortSignal.timeout(WAITS.test(path) ? 300 : 60_000);
  try {
    const init = method === 'GET' ? {} : { body: JSON.stringify(body), headers };
    const response = await fetch(url, { method, signal, ...init });
    return { status: response.status, text: await response.text().catch(() => '') };
  } catch {
    // It waits for a job; that is no answer.
    return { status: 0, text: '' };
  }
}

function routesOf(document: JsonObject): Route[] {
  const paths = document['paths'] as Record<string, JsonObject>;
  const schemas = (document['components'] as { schemas: Record<string, JsonObject> }).schemas;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const text = JSON.stringify(operation);
      const named = /"#\/components\/schemas\/(\w+)"/.exec(text)?.[1] ?? '';
      const properties = schemas[named]?.['properties'];
      const fields = isJsonObject(properties) ? Object.keys(properties) : ['metadata'];
      return { method: method.toUpperCase(), path, fields };
    }),
  );
}
