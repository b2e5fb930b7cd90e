import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { testJob } from '../servers/job.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';

interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: unknown }[];
}

interface OtlpExport {
  readonly resourceSpans: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[];
  }[];
}

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

describeServers('traces', (servers) => {
  let collector: Server;
  let world: World;
  const spans: OtlpSpan[] = [];
  beforeAll(async () => {
    collector = createServer((request, response) => {
      void json(request).then((body) => {
        const { resourceSpans } = body as OtlpExport;
        spans.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans)));
        response.end('{}');
      });
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const { port } = collector.address() as AddressInfo;
    world = await createWorld(servers, { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
  });
  afterAll(async () => {
    await world.close();
    collector.close();
  });

  test('a job is a span of its publisher’s trace; the event keeps that trace, the message names the span', async () => {
    const worker = await world.worker();
    await worker.ready();
    const headers = new Map<string, string>();
    world.nats.subscribe(`${world.names.prefix}.status.*`, {
      callback: (_error, message) =>
        void headers.set('traceparent', message.headers?.get('traceparent') ?? ''),
    });
    const job = testJob();
    const traceparent = `00-${TRACE}-${PARENT}-01`;
    await world.publish({ ...job, event: { ...job.event, traceparent } });
    const { event } = await world.result(job.jobId);
    expect(event['traceparent']).toBe(traceparent);
    worker.signal('SIGTERM');
    expect(await worker.exited()).toBe(0);
    const span = await until('the span arrives', async () => spans.find(({ name }) => name === 'agent job'));
    expect(span).toMatchObject({ traceId: TRACE, parentSpanId: PARENT });
    expect(span.attributes).toContainEqual({ key: 'agent.job_id', value: { stringValue: job.jobId } });
    expect(headers.get('traceparent')).toBe(`00-${TRACE}-${span.spanId}-01`);
  });
});
