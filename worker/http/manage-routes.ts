import { described, failed, jobPath } from './described.ts';
import { getJobs, postRetry } from './jobs.ts';
import { listingQuery } from './listing.ts';
import { addRoute } from './route.ts';
import type { App } from './route.ts';
import type { Service } from './service.ts';

/** Jobs: listed and counted, taken up again. */
export function addManageRoutes(app: App, service: Service): void {
  addRoute(
    app,
    service,
    {
      method: 'get',
      path: '/jobs',
      tags: ['jobs'],
      summary: 'List jobs, the newest first, and count them',
      request: { query: listingQuery },
      responses: { 200: described('A page of jobs, and where the next one begins'), ...failed(422, 503) },
    },
    ({ req }) => getJobs(service, req.valid('query')),
  );
  addRoute(
    app,
    service,
    {
      method: 'post',
      path: '/jobs/{id}/retry',
      tags: ['jobs'],
      summary: 'Take up a job that failed or was cancelled from its last checkpoint',
      request: { params: jobPath },
      responses: { 202: described('It waits for a worker'), ...failed(400, 404, 409, 503) },
    },
    ({ req }) => postRetry(service, req.valid('param').id),
  );
}
