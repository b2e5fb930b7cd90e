/** One call of a model that was answered, or of a tool that ended. */
export type Step =
  | {
      readonly kind: 'model';
      readonly seconds: number;
      /** Who asked it, and whom: both as the definition names them. */
      readonly agent: string;
      readonly model: string;
      /** Who answered, as `Agent.needs` names it. */
      readonly source: string;
      readonly tokens: { readonly input: number; readonly output: number };
      /** Why it stopped, in its server's word; `unknown` when it does not say. */
      readonly finishReason: string;
    }
  | { readonly kind: 'tool'; readonly seconds: number };

/** What a span is about. Attributes are named by the conventions of OpenTelemetry. */
export interface SpanFacts {
  readonly name: string;
  /** Takes a message, asks a server, or works by itself. */
  readonly kind: 'consumer' | 'client' | 'internal';
  readonly attributes: Readonly<Record<string, string | number>>;
}

/** One span of a trace. */
export interface Span {
  /** For whatever follows from it. */
  readonly traceparent: string;
  note(key: string, value: string | number | readonly string[]): void;
  /** Marks it as failed, with the code of the failure. */
  fail(code: string): void;
  /** Does a part of its work inside a span of its own. */
  within<T>(facts: SpanFacts, work: (span: Span) => Promise<T>): Promise<T>;
}
