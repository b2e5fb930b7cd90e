import { group } from '../../command-line/command.ts';

/** What an operator asks of jobs, over the database: no worker has to run. */
export const jobs = group({
  description: 'Looks after jobs: lists, shows, retries, cancels and watches them.',
  members: {
    list: {
      summary: 'list jobs, the newest first, or count them',
      load: async () => (await import('./jobs/list.ts')).listCommand,
    },
    show: {
      summary: 'print all that is known of a job',
      load: async () => (await import('./jobs/show.ts')).showCommand,
    },
    retry: {
      summary: 'let failed jobs go on from their last checkpoint',
      load: async () => (await import('./jobs/retry.ts')).retryCommand,
    },
    cancel: {
      summary: 'end jobs that wait or run',
      load: async () => (await import('./jobs/cancel.ts')).cancelCommand,
    },
    watch: {
      summary: 'print what a job says until its end',
      load: async () => (await import('./jobs/watch.ts')).watchCommand,
    },
  },
});
