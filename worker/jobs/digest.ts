import { createHash } from 'node:crypto';
import { canonicalJson } from '../json.ts';
import type { JobRequest } from '../ports.ts';

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Equal for jobs that ask for the same, whatever the order of their keys. */
export function payloadHash({ definition, input }: Pick<JobRequest, 'definition' | 'input'>): string {
  return sha256(canonicalJson([definition, input]));
}

/**
 * The id of the one result event of a job of a group: a name-based UUID (RFC 9562, version 8), so that every attempt and every
 * worker gives the event the same id.
 */
export function resultEventId(group: string, jobId: string): string {
  const hex = sha256(`result ${group} ${jobId}`);
  const variant = ((parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-');
}

/** A trace for a job whose event started none; the same on every attempt. */
export function newTraceparent(jobId: string): string {
  const hex = sha256(`trace ${jobId}`);
  return `00-${hex.slice(0, 32)}-${hex.slice(32, 48)}-01`;
}
