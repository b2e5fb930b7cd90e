import { ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, trace as otel } from '@opentelemetry/api';
import type { Context, Span as OtelSpan, Tracer } from '@opentelemetry/api';
import type { Trace } from '../jobs/parts.ts';
import type { Span, SpanFacts } from '../telemetry.ts';

/** Traces of this worker, and how to send the last of them. */
export interface Tracing {
  readonly trace: Trace;
  close(): Promise<void>;
}

/** A span that nobody sees: what follows from it follows from the one of this traceparent. */
export function unseenSpan(traceparent: string): Span {
  const span: Span = {
    traceparent,
    note: () => {},
    fail: () => {},
    within: (_facts, work) => work(span),
  };
  return span;
}

/** No endpoint, no traces: the context of the publisher is passed on as it came. */
export const noTracing: Tracing = {
  trace: (parent, _facts, work) => work(unseenSpan(parent)),
  close: async () => {},
};

const FLUSH_MS = 2_000;

/** The context that a traceparent stands for; it was checked when the message was read. */
function parentContext(traceparent: string): Context {
  const [, traceId = '', spanId = '', flags = '00'] = traceparent.split('-');
  const traceFlags = parseInt(flags, 16) & TraceFlags.SAMPLED;
  return otel.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}

const KINDS = { consumer: SpanKind.CONSUMER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };

async function traced<T>(
  tracer: Tracer,
  parent: Context,
  { name, kind, attributes }: SpanFacts,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const span = tracer.startSpan(name, { kind: KINDS[kind], attributes }, parent);
  try {
    return await work(spanOf(tracer, parent, span));
  } finally {
    span.end();
  }
}

function spanOf(tracer: Tracer, parent: Context, span: OtelSpan): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const here = otel.setSpan(parent, span);
  return {
    traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
    note: (key, value) => void span.setAttribute(key, typeof value === 'object' ? [...value] : value),
    fail(code) {
      span.setAttribute('error.type', code);
      span.setStatus({ code: SpanStatusCode.ERROR, message: code });
    },
    within: (facts, work) => traced(tracer, here, facts, work),
  };
}

/** Traces whose spans this tracer takes. */
export function traceWith(tracer: Tracer): Trace {
  return (parent, facts, work) => traced(tracer, parentContext(parent), facts, work);
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
