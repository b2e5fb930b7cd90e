import type { JsonObject } from '../../json.ts';
import type { RunRecord } from '../../thread-store.ts';

/** What the Agent Server calls the status of a run. */
function statusOf({ status, code }: RunRecord): string {
  switch (status) {
    case 'queued':
      return 'pending';
    case 'running':
      return 'running';
    case 'completed':
      return 'success';
    case 'cancelled':
      return 'interrupted';
    case 'failed':
      return code === 'JOB_TIMEOUT' || code === 'DEADLINE_PASSED' ? 'timeout' : 'error';
  }
}

/** A run as clients see it. */
export function runView(run: RunRecord): JsonObject {
  return {
    run_id: run.runId,
    thread_id: run.threadId,
    assistant_id: run.assistantId,
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    status: statusOf(run),
    metadata: run.metadata,
    kwargs: run.kwargs,
    multitask_strategy: run.multitaskStrategy,
  };
}
