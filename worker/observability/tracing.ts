import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace as otel } from '@opentelemetry/api';
import type { Span as OtelSpan, Tracer } from '@opentelemetry/api';
import type { Span, SpanFacts, Trace } from '../jobs/parts.ts';

/** Traces of this worker, and how to send the last of them. */
export interface Tracing {
  readonly trace: Trace;
  close(): Promise<void>;
}

/** No endpoint, no traces: the context of the publisher is passed on as it came. */
export const noTracing: Tracing = {
  trace: (facts, work) => work({ traceparent: facts.parent, note: () => {}, fail: () => {} }),
  close: async () => {},
};

const FLUSH_MS = 2_000;

/** The context that a traceparent stands for; it was checked when the message was read. */
function parentContext(traceparent: string) {
  const [, traceId = '', spanId = '', flags = '00'] = traceparent.split('-');
  const traceFlags = parseInt(flags, 16) & TraceFlags.SAMPLED;
  return otel.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

function spanOf(span: OtelSpan): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    note: (key, value) => void span.setAttribute(key, value),
    fail: (code) => void span.setStatus({ code: SpanStatusCode.ERROR, message: code }),
  };
}

function traceWith(tracer: Tracer): Trace {
  return async ({ name, parent, attributes }: SpanFacts, work) => {
    const span = tracer.startSpan(name, { kind: SpanKind.CONSUMER, attributes }, parentContext(parent));
    try {
      return await work(spanOf(span));
    } finally {
      span.end();
    }
  };
}

/** Sends traces over OTLP/HTTP. What it takes is loaded only here: most workers do without. */
export async function openTracing(endpoint: string, serviceName: string): Promise<Tracing> {
  const [{ BatchSpanProcessor, TracerProvider }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ]);
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    spanProcessors: [new BatchSpanProcessor({ exporter, exportTimeoutMillis: FLUSH_MS })],
  });
  return {
    trace: traceWith(provider.getTracer('agent-worker')),
    close: async () => {
      // A collector that is away does not hold up the end of the worker.
      await provider.shutdown().catch(() => {});
    },
  };
}
