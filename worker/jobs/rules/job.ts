import type { Agent, Delivery, JobRequest } from '../../ports.ts';
import type { DueJob, NewJob } from '../../job-store.ts';
import type { ClaimResult } from '../../job-store.ts';
import { aboutOf, agentNameOf } from './about.ts';
import { payloadHash } from '../digest.ts';
import { writeMessage } from './message.ts';

/** A job and what follows from it, derived once. */
export interface Job {
  readonly request: JobRequest;
  /** What the store is told of it. */
  readonly stored: NewJob;
}

export function jobOf(request: JobRequest, agent: Pick<Agent, 'needs'>): Job {
  const { jobId, traceId, traceparent, definition, input, thread, options } = request;
  return {
    request,
    stored: {
      jobId,
      traceId,
      traceparent,
      payloadHash: payloadHash(request),
      request: writeMessage(request),
      needs: agent.needs(definition),
      agent: agentNameOf(definition),
      about: aboutOf(input),
      ...(options && { options }),
      ...(thread !== undefined && { thread }),
    },
  };
}

/** A job that a worker has the right to run. */
export interface Claimed {
  readonly claim: Extract<ClaimResult, { kind: 'claimed' }>;
  /** Monotonic time from before the claim was asked for. */
  readonly claimedAt: number;
}

/** What came to a slot: a message; or a job that waited in the store, which is claimed already. */
export interface Incoming {
  readonly delivery: Delivery;
  readonly claimed: Claimed | undefined;
}

/** A job of the store as if its event had been delivered once more, but that nobody has to be told what became of it. */
export function fromStore({ claim, request }: DueJob, claimedAt: number, prefix: string): Incoming {
  const { lease, attempt } = claim;
  return {
    claimed: { claim, claimedAt },
    delivery: {
      id: `store:${lease.jobId}:${lease.token}`,
      subject: `${prefix}.execute.store`,
      headers: { 'Content-Type': 'application/cloudevents+json' },
      body: new TextEncoder().encode(request),
      deliveries: attempt,
      publishedAt: 0,
      handle: '',
      done: () => {},
      retry: () => {},
      drop: () => {},
    },
  };
}
