import type { JsonObject } from '../../json.ts';
import type { DueWebhook, RunRecord, ThreadStore } from '../../thread-store.ts';
import type { Parts } from '../parts.ts';

/** A call that tells a client how its run ended. */
export interface WebhookCall {
  /** The same each time that the call is made again. */
  readonly id: string;
  readonly url: string;
  /** JSON. */
  readonly body: string;
}

/** Calls addresses that clients named. */
export interface Webhooks {
  /** Why an address is never called; undefined when it is. */
  refusal(url: string): string | undefined;
  /** Throws unless the call is taken. */
  call(call: WebhookCall, signal: AbortSignal): Promise<void>;
}

export interface Calling extends Pick<Parts, 'meter' | 'log'> {
  readonly threads: Pick<ThreadStore, 'takeWebhooks' | 'closeWebhook'>;
  readonly webhooks: Webhooks;
  /** What is said of a run that has ended. */
  readonly tell: (run: RunRecord) => Promise<JsonObject>;
}

/** Called together. */
const BATCH = 20;
/** A call that takes longer has failed. */
const CALL_MS = 10_000;
/** Longer than a call, so that no two workers make it at the same time. */
const HOLD_MS = 15_000;
/** After that a client is not called any more. */
const PATIENCE_MS = 24 * 3_600_000;

/** Calls the clients whose runs have ended and who want to be; those who do not answer are called again later. */
export async function callWebhooks(calling: Calling, stop: AbortSignal): Promise<void> {
  const due = await calling.threads.takeWebhooks(BATCH, HOLD_MS);
  await Promise.all(due.map((one) => callOne(calling, one, stop)));
}

async function callOne(calling: Calling, due: DueWebhook, stop: AbortSignal): Promise<void> {
  const { threads, webhooks, tell, meter, log } = calling;
  const { run, url, ageMs } = due;
  const refusal = webhooks.refusal(url);
  try {
    if (refusal !== undefined) throw new Error(refusal);
    const body = JSON.stringify(await tell(run));
    const signal = AbortSignal.any([stop, AbortSignal.timeout(CALL_MS)]);
    await webhooks.call({ id: run.runId, url, body }, signal);
    meter.count('webhook');
  } catch (error) {
    const isLast = refusal !== undefined || ageMs > PATIENCE_MS;
    const how = { runId: run.runId, err: error };
    if (!isLast) return log.info(how, 'cannot call the webhook of a run yet');
    meter.count('webhook_lost');
    log.warn(how, 'gave up the webhook of a run');
  }
  await threads.closeWebhook(run.runId);
}
