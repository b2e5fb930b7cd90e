import type { JsonObject } from '../../json.ts';
import type { RunRecord } from '../../thread-store.ts';
import { stateBy } from '../job-content.ts';
import { findJob } from '../jobs.ts';
import type { Service } from '../service.ts';
import { valuesIn } from './follow-run.ts';
import { runView } from './run-view.ts';

/** What the webhook of a run is told: the run, and what it has made of its thread or why it failed. */
export async function webhookBody(service: Service, run: RunRecord): Promise<JsonObject> {
  const [{ startedAt, finishedAt, error }, state] = await Promise.all([
    findJob(service, run.runId),
    stateBy(service, run.runId),
  ]);
  return {
    ...runView(run),
    run_started_at: startedAt ?? null,
    run_ended_at: finishedAt ?? null,
    values: valuesIn(state),
    error: error && run.code !== undefined ? { error: error.code, message: error.message } : null,
  };
}
