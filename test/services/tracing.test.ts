import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '../../worker/json.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { doubleTool, testJob } from '../servers/job.ts';
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

/** Tokens that a model call says it wrote. OTLP carries them as texts or numbers. */
function tokensIn(attributes: OtlpSpan['attributes']): number {
  const found = attributes.find(({ key }) => key === 'gen_ai.usage.output_tokens');
  return Number((found?.value as { readonly intValue: unknown } | undefined)?.intValue);
}

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

  test('one trace leads from the publisher over the job to its steps and their servers; the event keeps it, the message names the span of the job', async () => {
    const worker = await world.worker();
    await worker.ready();
    const headers = new Map<string, string>();
    world.nats.subscribe(`${world.names.prefix}.status.*`, {
      callback: (_error, message) =>
        void headers.set('traceparent', message.headers?.get('traceparent') ?? ''),
    });
    const rounds = [[{ tool: 'double', args: { n: 2 } }]];
    const job = testJob({ rounds, text: 'four' }, [doubleTool]);
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
    const steps = spans.filter(({ parentSpanId }) => parentSpanId === span.spanId);
    expect(steps.map(({ name }) => name).toSorted()).toEqual([
      'chat stub',
      'chat stub',
      'execute_tool double',
    ]);
    const calls = steps.filter(({ name }) => name === 'chat stub');
    expect(world.model.traceparents).toEqual(calls.map(({ spanId }) => `00-${TRACE}-${spanId}-01`));
    const used = calls.map(({ attributes }) => tokensIn(attributes)).reduce((sum, one) => sum + one, 0);
    const { data } = event as { readonly data: { readonly result: { readonly usage: JsonObject } } };
    expect(used, 'as the result has it').toBe(data.result.usage['output_tokens']);
  });
});
