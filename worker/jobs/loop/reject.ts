import type { JobRequest, WaitingMessage } from '../../ports.ts';
import type { JobError } from '../../job-store.ts';
import { deadLetter } from '../rules/dead-letter.ts';
import { newTraceparent } from '../digest.ts';
import { lastEventsMessage } from '../rules/last-events.ts';
import { sentence } from '../rules/message.ts';
import type { Message } from '../rules/message.ts';
import type { Parts } from '../parts.ts';
import { refusalMessage } from '../rules/result-event.ts';
import { resultOf } from './result-of.ts';
import type { Settlement } from '../rules/settlement.ts';

type Rejecting = Pick<Parts, 'clock' | 'queue' | 'settings'>;
type Reject = Extract<Settlement, { kind: 'reject' }>;

/** What a message says of its job, as far as it can be read. */
type Named = { readonly [Name in 'jobId' | 'traceId' | 'traceparent']: JobRequest[Name] | undefined };

/** Puts a message aside, and tells its publisher. */
export function refused(
  { clock, queue, settings }: Rejecting,
  delivery: WaitingMessage,
  why: JobError,
  { jobId, traceId, traceparent }: Named = { jobId: undefined, traceId: undefined, traceparent: undefined },
): Reject {
  const time = clock.wall().toISOString();
  return {
    kind: 'reject',
    why,
    rejection: {
      letter: deadLetter(delivery, why, settings, queue.maxPayload()),
      failed: undefined,
      refusal: refusalMessage({ delivery, jobId, traceId, traceparent, why, time }, settings),
    },
  };
}

/** Puts a message aside that is no job. */
export function notAJob(
  parts: Rejecting,
  delivery: WaitingMessage,
  message: Extract<Message, { kind: 'invalid' }>,
): Reject {
  return failed(parts, delivery, { code: 'INVALID_EVENT', message: sentence(message.problems) }, message);
}

/** Puts a message aside. Where its job id can be read, that job has failed. */
export function failed(parts: Rejecting, delivery: WaitingMessage, why: JobError, message: Named): Reject {
  const reject = refused(parts, delivery, why, message);
  const { jobId } = message;
  if (jobId === undefined) return reject;
  const traceId = message.traceId ?? jobId;
  const traceparent = message.traceparent ?? newTraceparent(jobId);
  const end = { status: 'failed', error: why } as const;
  const job = {
    job: {
      jobId,
      traceId,
      traceparent,
      payloadHash: `malformed:${delivery.id}`,
      request: '',
      needs: [],
      agent: '',
      about: '',
    },
    error: why,
    messages: [
      resultOf(parts, { jobId, traceId, traceparent, token: 0 }, end),
      lastEventsMessage(jobId, end, 0),
    ],
  };
  return { ...reject, rejection: { ...reject.rejection, failed: job } };
}
