import { statusWords } from './status.tsx';

/** Links that keep to one status; with the number of each where it is known. */
export function StatusFilter({
  statuses,
  chosen,
  counts = {},
  address,
}: {
  readonly statuses: readonly string[];
  readonly chosen: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly address: (status: string) => string;
}) {
  const all = ['', ...statuses];
  return (
    <div class="chips" role="group" aria-label="Status">
      {all.map((status) => (
        <a
          key={status}
          class="chip"
          href={address(status)}
          aria-current={status === chosen ? 'true' : undefined}
        >
          {status === '' ? 'All' : statusWords(status)}
          {counts[status] !== undefined && counts[status] > 0 && <small>{counts[status]}</small>}
        </a>
      ))}
    </div>
  );
}
