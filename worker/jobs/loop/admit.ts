import { decide } from '../rules/decide.ts';
import type { Claimed, Incoming, Job } from '../rules/job.ts';
import { waitsInStore } from '../rules/options.ts';
import type { Parts } from '../parts.ts';
import type { WaitingMessage } from '../../ports.ts';
import { refused } from './reject.ts';
import type { Settlement } from '../rules/settlement.ts';

/** A job that may run now, or what becomes of it instead. */
export type Admission = ({ readonly kind: 'run' } & Claimed) | Settlement;

/** Another look at a message that came while a job ran alone. */
const ALONE_MS = 1_000;

export type Admitting = Pick<
  Parts,
  'store' | 'clock' | 'breakers' | 'inHand' | 'meter' | 'queue' | 'settings'
>;

/** Whether the job of a message may run here and now, or what becomes of it instead. Throws when the store cannot be asked. */
export async function admit(parts: Admitting, incoming: Incoming, job: Job): Promise<Admission> {
  const { store, clock, breakers, inHand, meter, settings } = parts;
  const { stored } = job;
  if (!incoming.claimed && !inHand.open) return { kind: 'later', ms: ALONE_MS };
  if (!incoming.claimed && (stored.thread !== undefined || waitsInStore(stored.options)))
    return { kind: 'park' };
  const mayBegin = breakers.begin(incoming, stored.needs);
  if (!incoming.claimed && !mayBegin) return { kind: 'park' };
  const claimedAt = clock.monotonic();
  const claimed = incoming.claimed ?? {
    claim: await store.claim(stored, settings.owner, settings.leaseMs),
    claimedAt,
  };
  const decision = decide(claimed.claim, settings.retry);
  switch (decision.kind) {
    case 'run':
      return { kind: 'run', claim: decision.claim, claimedAt: claimed.claimedAt };
    case 'wait':
      return { kind: 'later', ms: decision.ms };
    case 'conflict':
      meter.count('conflict');
      return conflict(parts, incoming.delivery, job);
    case 'end':
    case 'park':
    case 'done':
      return decision;
  }
}

/** The id of the job is taken by another one, maybe of another executor on the same database. */
export function conflict(
  parts: Parameters<typeof refused>[0],
  delivery: WaitingMessage,
  { request }: Pick<Job, 'request'>,
): Extract<Settlement, { kind: 'reject' }> {
  const message = `job ${request.jobId} is known with another definition or input, or is another executor's`;
  return refused(parts, delivery, { code: 'CONFLICTING_PAYLOAD', message }, request);
}
