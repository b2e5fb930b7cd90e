import type { JobEnd, JobRecord } from '../../job-store.ts';
import type { Clock, OutboxMessage, Queue } from '../../ports.ts';
import type { JobSettings } from '../parts.ts';
import type { Span } from '../../telemetry.ts';
import { resultMessage } from '../rules/result-event.ts';

/** What it takes to say how a job ended. */
export interface Ending {
  readonly clock: Pick<Clock, 'wall'>;
  readonly queue: Pick<Queue, 'maxPayload'>;
  readonly settings: Pick<JobSettings, 'prefix' | 'group' | 'publicUrl'>;
}

/** The result event of a job, ready to be sent. */
export function resultOf(
  { clock, queue, settings }: Ending,
  job: Pick<JobRecord, 'jobId' | 'traceId' | 'traceparent' | 'token'>,
  end: JobEnd,
  span?: Pick<Span, 'traceparent'>,
): OutboxMessage {
  const { jobId, traceId, traceparent, token } = job;
  return resultMessage(
    {
      group: settings.group,
      jobId,
      token,
      traceId,
      traceparent,
      sentBy: span?.traceparent ?? traceparent,
      end,
      time: clock.wall().toISOString(),
    },
    { prefix: settings.prefix, maxBytes: queue.maxPayload(), publicUrl: settings.publicUrl },
  );
}
