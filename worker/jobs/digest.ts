import { createHash, createHmac } from 'node:crypto';
import { canonicalJson } from '../json.ts';
import type { JobRequest } from '../ports.ts';

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Equal for jobs that ask for the same, whatever the order of their keys, and whatever an agent that they name has become. */
export function payloadHash({
  definition,
  definitionFrom,
  input,
  thread,
  run,
}: Pick<JobRequest, 'definition' | 'definitionFrom' | 'input' | 'thread' | 'run'>): string {
  const more = thread === undefined && run === undefined ? [] : [thread ?? null, run ?? null];
  return sha256(canonicalJson([definitionFrom ?? definition, input, ...more]));
}

/**
 * The id of the event of one end of a job of a group: a name-based UUID (RFC 9562, version 8), the same whoever sends it. A job that is
 * taken up again after its end has another token, and another event.
 */
export function resultEventId(group: string, jobId: string, token: number): string {
  return uuidOf(`result ${group} ${jobId} ${token}`);
}

/** The namespace of RFC 9562 for DNS names, as the Agent Server has it for the ids of graphs. */
const NAMESPACE = Buffer.from('6ba7b8219dad11d180b400c04fd430c8', 'hex');

/** The id of the assistant that a graph is by itself: a name-based UUID (RFC 9562, version 5). */
export function assistantIdOf(graph: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(graph).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The id of the event that refuses a message. */
export function refusalId(group: string, messageId: string, publishedAt: number): string {
  return uuidOf(`refused ${group} ${messageId} ${publishedAt}`);
}

/** The id of the job that answers the question of another in the place of a person. */
export function unansweredId(jobId: string): string {
  return uuidOf(`unanswered ${jobId}`);
}

/** The id of the job that answers the question of another over A2A: of two answers one counts. */
export function answerId(jobId: string): string {
  return uuidOf(`answer ${jobId}`);
}

function uuidOf(name: string): string {
  const hex = sha256(name);
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

/**
 * By what the receiver of a webhook knows who has sent it, and when: `seconds` since 1970
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 */
export function webhookSignature(key: Uint8Array, id: string, seconds: number, body: string): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
}
