import { describe, inject } from 'vitest';
import { Api } from './api.ts';
import type { Engine } from './setup.ts';

/** The shared engine with a client that may do everything. */
export interface Running extends Engine {
  readonly api: Api;
}

/** A group of tests that needs the engine: skipped by name when its programs cannot be had here. */
export function describeEngine(name: string, define: (engine: Running) => void): void {
  const engine = inject('engine');
  // oxlint-disable-next-line vitest/valid-title -- the title is the caller's
  describe.skipIf(engine === null)(name, () => {
    if (engine !== null) define({ ...engine, api: new Api(engine.plane.access.admin) });
  });
}
