/** What a status is called, and in which tone it is shown. */
const known: Readonly<Record<string, readonly [words: string, tone: string]>> = {
  queued: ['Waiting', 'waiting'],
  pending: ['Waiting', 'waiting'],
  running: ['Running', 'running'],
  busy: ['Running', 'running'],
  completed: ['Completed', 'good'],
  success: ['Completed', 'good'],
  idle: ['Idle', 'good'],
  failed: ['Failed', 'bad'],
  error: ['Failed', 'bad'],
  timeout: ['Timed out', 'bad'],
  cancelled: ['Cancelled', 'off'],
  cancelling: ['Cancelling', 'off'],
  interrupted: ['Asks you', 'asks'],
  answered: ['Asked, and was answered', 'good'],
};

export function statusWords(status: string): string {
  return known[status]?.[0] ?? status;
}

/** A status as a dot with its word. */
export function Status({ status }: { readonly status: string }) {
  const [words, tone] = known[status] ?? [status, 'waiting'];
  return <span class={`status ${tone}`}>{words}</span>;
}
