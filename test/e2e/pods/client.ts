import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { cache } from './cache.ts';
import type { CacheOrder } from './cache.ts';
import { crowd } from './crowd.ts';
import type { CrowdOrder } from './crowd.ts';
import { events, http } from './http.ts';
import type { EventsOrder, HttpOrder } from './http.ts';
import { deleteStreams, makeStream, publish, results, streams } from './queue.ts';
import type { PublishOrder, QueueOrder, ResultsOrder, StreamOrder } from './queue.ts';
import { s3 } from './s3.ts';
import type { S3Order } from './s3.ts';
import { sql } from './sql.ts';
import type { SqlOrder } from './sql.ts';
import { visits } from './visits.ts';
import type { VisitsOrder } from './visits.ts';

/**
 * What the story does from inside the cluster: one order on standard input, one answer on standard output, both JSON.
 * Orders bear passwords, which is why they are no arguments.
 */
export type Order =
  | ({ readonly do: 'sql' } & SqlOrder)
  | ({ readonly do: 'crowd' } & CrowdOrder)
  | ({ readonly do: 'cache' } & CacheOrder)
  | ({ readonly do: 'publish' } & PublishOrder)
  | ({ readonly do: 'results' } & ResultsOrder)
  | ({ readonly do: 'streams' } & QueueOrder)
  | ({ readonly do: 'make-stream' } & StreamOrder)
  | ({ readonly do: 'delete-streams' } & QueueOrder & { readonly names: readonly string[] })
  | ({ readonly do: 'http' } & HttpOrder)
  | ({ readonly do: 'events' } & EventsOrder)
  | ({ readonly do: 's3' } & S3Order)
  | ({ readonly do: 'visits' } & VisitsOrder);

function carryOut(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'sql':
      return sql(order);
    case 'crowd':
      return crowd(order);
    case 'cache':
      return cache(order);
    case 'publish':
      return publish(order);
    case 'results':
      return results(order);
    case 'streams':
      return streams(order);
    case 'make-stream':
      return makeStream(order);
    case 'delete-streams':
      return deleteStreams(order);
    case 'http':
      return http(order);
    case 'events':
      return events(order);
    case 's3':
      return s3(order);
    case 'visits':
      return visits(order);
  }
}

/**
 * The same, tried again for a minute while no name server answers, as happens on a machine with much other work. By then
 * nothing was done yet.
 */
async function carryOutNamed(order: Order): Promise<unknown> {
  const began = performance.now();
  for (;;) {
    try {
      return await carryOut(order);
    } catch (error) {
      if (!String(error).includes('EAI_AGAIN') || performance.now() - began > 60_000) throw error;
      await sleep(500);
    }
  }
}

/** A command without an order waits, so that there is a Pod to run the others in. */
async function main(): Promise<void> {
  if (process.argv[2] === 'wait') return void setInterval(() => undefined, 60_000);
  const answer = await carryOutNamed((await json(process.stdin)) as Order);
  process.stdout.write(JSON.stringify(answer ?? null));
}

main().catch((error: unknown) => {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
