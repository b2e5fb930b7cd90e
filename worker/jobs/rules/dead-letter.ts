import type { Delivery, OutboxMessage } from '../../ports.ts';
import type { JobError } from '../../job-store.ts';

/** Room for the headers of a dead letter in the limit of the queue. */
const HEADER_BYTES = 8_192;
const MAX_REASON = 2_000;

/** A header is one line. */
function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').slice(0, MAX_REASON);
}

/**
 * The message as it came, for a person to look at, with the reason beside it. Headers that would steer the queue, such as
 * `Nats-Msg-Id`, are kept under another name. Of a body that leaves no room for the reason, the start is kept; the whole is
 * still in the stream, under the sequence in `Agent-Dead-Source`.
 */
export function deadLetter(
  delivery: Pick<Delivery, 'id' | 'subject' | 'headers' | 'body' | 'deliveries'>,
  why: JobError,
  { prefix, group }: { readonly prefix: string; readonly group: string },
  maxBytes: number,
): OutboxMessage {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(delivery.headers))
    kept[name.toLowerCase().startsWith('nats-') ? `Agent-Original-${name}` : name] = oneLine(value);
  const room = Math.max(0, maxBytes - HEADER_BYTES);
  const body = delivery.body.length > room ? delivery.body.slice(0, room) : delivery.body;
  return {
    id: `dead:${group}:${delivery.id}`,
    subject: `${prefix}.dead`,
    headers: {
      ...kept,
      'Agent-Dead-Code': why.code,
      'Agent-Dead-Reason': oneLine(why.message),
      'Agent-Dead-Subject': delivery.subject,
      'Agent-Dead-Source': delivery.id,
      'Agent-Dead-Deliveries': String(delivery.deliveries),
      ...(body === delivery.body ? {} : { 'Agent-Dead-Body-Bytes': String(delivery.body.length) }),
    },
    body,
  };
}

/** A message that was put aside. */
export interface DeadLetter {
  /** Its place among the others. */
  readonly sequence: number;
  readonly at: Date;
  readonly code: string;
  readonly reason: string;
  /** Where it was published. */
  readonly subject: string;
  /** The message as it came. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Whether the body is its start only. */
  readonly cut: boolean;
}

const OWN = 'agent-dead-';
const ORIGINAL = 'agent-original-';

/** A dead letter as it was stored. */
export function readLetter({
  sequence,
  at,
  headers,
  body,
}: Pick<DeadLetter, 'sequence' | 'at' | 'headers' | 'body'>): DeadLetter {
  const own = (name: string): string => headers[`Agent-Dead-${name}`] ?? '';
  // Headers that would steer the queue stay behind: the message is a new one.
  const original = Object.entries(headers).filter(([name]) => {
    const key = name.toLowerCase();
    return !key.startsWith(OWN) && !key.startsWith(ORIGINAL) && !key.startsWith('nats-');
  });
  return {
    sequence,
    at,
    code: own('Code'),
    reason: own('Reason'),
    subject: own('Subject'),
    headers: Object.fromEntries(original),
    body,
    cut: 'Agent-Dead-Body-Bytes' in headers,
  };
}
