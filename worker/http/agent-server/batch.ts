import { z } from '@hono/zod-openapi';
import { described, failed, jsonBody } from '../described.ts';
import { addRoute } from '../route.ts';
import type { App } from '../route.ts';
import type { Door } from '../service.ts';
import { putRuns } from './put-run.ts';
import { runView } from './run-view.ts';
import { runCreate } from './schemas.ts';

/** Each is a thread of its own. */
const MOST_RUNS = 100;

/** Many runs by one request. */
export function addBatchRoute(app: App, door: Door): void {
  const schema = z.array(runCreate).min(1).max(MOST_RUNS);
  addRoute(
    app,
    door,
    {
      method: 'post',
      path: '/runs/batch',
      tags: ['runs'],
      summary: 'Run assistants, each on a thread of its own; none when one of the runs is refused',
      request: { body: jsonBody(schema) },
      responses: {
        200: described('The runs', z.array(z.record(z.string(), z.unknown()))),
        ...failed(400, 404, 413, 422, 503),
      },
    },
    async ({ req }, service) => {
      const runs = await putRuns(service, req.valid('json'));
      return { status: 200, body: JSON.stringify(runs.map(runView)) };
    },
  );
}
