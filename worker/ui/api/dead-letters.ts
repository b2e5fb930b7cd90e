import { asList, asNumber, asObject, asText } from '../run/json.ts';
import { get, post } from './request.ts';

/** A message that was put aside. */
export interface DeadLetter {
  readonly number: number;
  readonly at: string;
  /** Empty when none can be read. */
  readonly jobId: string;
  readonly code: string;
  readonly reason: string;
  readonly subject: string;
  readonly body: string;
}

export async function listLetters(
  from: number,
  signal: AbortSignal,
): Promise<{ readonly letters: readonly DeadLetter[]; readonly next: number | undefined }> {
  const page = asObject(await get(`dead-letters?from=${from}`, signal));
  const letters = asList(page['letters']).map((value) => {
    const letter = asObject(value);
    return {
      number: asNumber(letter['number']),
      at: asText(letter['at']),
      jobId: asText(letter['job_id']),
      code: asText(letter['code']),
      reason: asText(letter['reason']),
      subject: asText(letter['subject']),
      body: asText(letter['body']),
    };
  });
  const next = page['next'];
  return { letters, next: typeof next === 'number' ? next : undefined };
}

/** Takes a letter up again; gives what was done, in words. */
export async function replay(number: number): Promise<string> {
  return asText(asObject(await post(`dead-letters/${number}/replay`))['done']);
}
