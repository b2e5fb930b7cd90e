import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span, SpanFacts } from '../telemetry.ts';

/** Clients of models and tools serve many jobs at once: whose call it is that they make, the flow of the program knows. */
const spans = new AsyncLocalStorage<Span>();

/** Does all the work of a run as a part of this span. */
export function runInside<T>(span: Span, work: () => Promise<T>): Promise<T> {
  return spans.run(span, work);
}

/** Does some work inside a span of its own, a part of the one that surrounds it. The work is given none outside of a run. */
export function inSpan<T>(facts: SpanFacts, work: (span: Span | undefined) => Promise<T>): Promise<T> {
  const above = spans.getStore();
  if (above === undefined) return work(undefined);
  return above.within(facts, (span) => spans.run(span, () => work(span)));
}

/** What tells another server which span asks it, as W3C Trace Context has it; nothing outside of a run. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const span = spans.getStore();
  return span === undefined ? {} : { traceparent: span.traceparent };
}
