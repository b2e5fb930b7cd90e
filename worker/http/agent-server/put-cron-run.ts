import type { CronFacts, DueCron } from '../../cron-store.ts';
import type { JsonObject } from '../../json.ts';
import { HttpError } from '../answer.ts';
import type { Service } from '../service.ts';
import { putRun } from './put-run.ts';
import { runCreate } from './schemas.ts';
import type { RunCreate } from './schemas.ts';

/** The run that a cron asks for; throws 422 when that cannot be asked for. */
export function runOfCron(facts: CronFacts, metadata: JsonObject): RunCreate {
  const { assistantId, keepsThreads, payload } = facts;
  const on_completion = keepsThreads ? 'keep' : 'delete';
  const { success, data, error } = runCreate.safeParse({
    ...payload,
    assistant_id: assistantId,
    metadata,
    on_completion,
  });
  if (success) return data;
  throw new HttpError(
    422,
    error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  );
}

/** Puts the run of a due cron; gives why there can be no such run, now or later. Throws when it is worth trying again. */
export async function putCronRun(service: Service, { cron, turn }: DueCron): Promise<string | undefined> {
  try {
    const wanted = runOfCron(cron, { ...cron.metadata, cron_id: cron.cronId });
    await putRun(service, cron.threadId, wanted, turn);
    return undefined;
  } catch (error) {
    if (error instanceof HttpError && error.answer.status < 500) return error.message;
    throw error;
  }
}
