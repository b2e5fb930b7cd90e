import { useDoing } from '../asking.ts';
import { cancelJob, retryJob } from '../api/jobs.ts';
import type { Run } from '../use-run.ts';
import { Icon } from './icon.tsx';
import { Trouble } from './trouble.tsx';

/** What can be done with a run as a whole. */
export function RunActions({ run }: { readonly run: Run }) {
  const doing = useDoing();
  const { job, again } = run;
  if (!job) return null;
  const { jobId, status, cancelRequested } = job;
  const isUnfinished = status === 'queued' || status === 'running';
  const act = (work: (id: string) => Promise<void>): void =>
    doing.run(async () => {
      await work(jobId);
      again();
    });
  return (
    <div class="actions">
      {isUnfinished && (
        <button
          class="button"
          type="button"
          disabled={doing.busy || cancelRequested}
          onClick={() => act(cancelJob)}
        >
          <Icon name="stop" /> {cancelRequested ? 'Cancelling' : 'Cancel'}
        </button>
      )}
      {(status === 'failed' || status === 'cancelled') && (
        <button class="button" type="button" disabled={doing.busy} onClick={() => act(retryJob)}>
          <Icon name="retry" /> Retry
        </button>
      )}
      <Trouble of={doing.trouble} />
    </div>
  );
}
