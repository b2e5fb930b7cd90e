import { afterAll, beforeAll, describe } from 'vitest';
import type { JobStore } from '../../worker/job-store.ts';
import { ends } from './job-store/ends.ts';
import { leases } from './job-store/leases.ts';
import { managing } from './job-store/managing.ts';
import { options } from './job-store/options.ts';
import { outbox } from './job-store/outbox.ts';
import { rejections } from './job-store/rejections.ts';
import { TriedStore } from './job-store/tried-store.ts';
import { waiting } from './job-store/waiting.ts';

/** A store to try, and how to be rid of it. */
export interface StoreUnderTest {
  readonly store: JobStore;
  close(): Promise<void>;
}

/** What every job store does, whatever it is made of. */
export function jobStoreContract(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`job store: ${name}`, () => {
    let tested: StoreUnderTest;
    beforeAll(async () => {
      tested = await open();
    });
    afterAll(() => tested.close());

    const on = new TriedStore(() => tested.store);
    for (const part of [leases, ends, rejections, managing, waiting, options, outbox]) part(on);
  });
}
