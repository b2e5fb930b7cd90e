import { withoutKeys } from './limits.ts';
import type { JobStore } from '../../worker/job-store.ts';

/** What is broken on purpose, to see that it is found. */
export type Broken = 'fence' | 'outbox' | 'lease' | 'key' | undefined;

/** The store with what a worker relies on taken out of it. */
export function brokenStore(store: JobStore, broken: Broken): JobStore {
  switch (broken) {
    case 'fence':
      return {
        ...store,
        renew: async (leases) =>
          leases.map((lease) => ({ ...lease, held: true, renewed: true, cancelRequested: false })),
      };
    case 'outbox':
      return { ...store, takeUnsent: async () => [] };
    case 'lease':
      return {
        ...store,
        claim: (job, owner) => store.claim(job, owner, 1),
        takeDue: (taker) => store.takeDue({ ...taker, leaseMs: 1 }),
        renew: (leases) => store.renew(leases, 1),
      };
    case 'key':
      return withoutKeys(store);
    case undefined:
      return store;
  }
}
