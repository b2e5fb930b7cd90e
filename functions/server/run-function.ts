import { status } from '@grpc/grpc-js';
import type { handleUnaryCall } from '@grpc/grpc-js';
import { CompositionFailure } from '../composition/failure.ts';
import type { Answer } from './answer.ts';
import type { Log } from './log.ts';
import { harmlessName } from '../wire/harmless-name.ts';
import { Malformed } from '../wire/reader.ts';

/** What answers calls, and what is told of them. */
export interface Runner {
  /** Answers one request. What it throws becomes a gRPC error: INVALID_ARGUMENT if Malformed, else INTERNAL. */
  readonly run: (request: Buffer) => Answer;
  readonly log: Log;
  readonly observer: Observer;
}

/** A call as metrics see it. */
export interface Call {
  /** Of the kinds that there are, or `other`: a client must not be able to make up series. */
  readonly kind: string;
  readonly outcome: 'composed' | 'refused' | 'malformed' | 'failed';
  readonly seconds: number;
}

/** Is told of calls as they come and go. */
export interface Observer {
  begun(): void;
  answered(call: Call): void;
  over(): void;
}

/** The one place that catches: users' mistakes are answers, so whatever is thrown is the caller's bytes or our bug. */
export function runFunctionHandler({ run, log, observer }: Runner): handleUnaryCall<Buffer, Buffer> {
  return (call, reply) => {
    const start = performance.now();
    const ms = () => Math.round((performance.now() - start) * 1000) / 1000;
    try {
      const { bytes, facts, detail } = run(call.request);
      reply(null, bytes);
      const took = ms();
      observer.answered({
        kind: facts.kind,
        outcome: facts.fatal > 0 ? 'refused' : 'composed',
        seconds: took / 1000,
      });
      log.info({ ...facts, ms: took }, 'RunFunction');
      if (log.isLevelEnabled('debug')) log.debug({ tag: facts.tag, ...detail() }, 'composed');
    } catch (thrown) {
      // Resources are decoded when a kind reads them, so bytes that cannot be read may surface inside of it.
      const error = thrown instanceof CompositionFailure ? thrown.cause : thrown;
      if (error instanceof Malformed) {
        reply({ code: status.INVALID_ARGUMENT, details: error.message });
        observer.answered({ kind: 'other', outcome: 'malformed', seconds: ms() / 1000 });
        log.warn({ reason: error.message, bytes: call.request.length }, 'RunFunction: malformed request');
        return;
      }
      reply({ code: status.INTERNAL, details: 'the function failed, and its log says why' });
      const facts = thrown instanceof CompositionFailure ? factsOf(thrown) : { kind: 'other', err: error };
      observer.answered({ kind: facts.kind, outcome: 'failed', seconds: ms() / 1000 });
      log.error({ ...facts, bytes: call.request.length }, 'RunFunction: failed');
    }
  };
}

function factsOf({ claim: { kind, namespace, name }, cause }: CompositionFailure) {
  return { kind, namespace: harmlessName(namespace), name: harmlessName(name), ...whereOf(cause) };
}

/** Which error came from where, with the errors behind it. Messages stay out: they may quote the spec. */
function whereOf(error: unknown): { error: string; stack: string[] } {
  if (!(error instanceof Error)) return { error: typeof error, stack: [] };
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const behind = error.cause === undefined ? undefined : whereOf(error.cause);
  return {
    error: behind === undefined ? error.name : `${error.name}, because of ${behind.error}`,
    stack: [...frames.map((line) => line.trim()), ...(behind?.stack ?? [])],
  };
}
