/** Loaded before a worker: moves its clock an hour ahead. What counts elapsed time is not moved, as on a real machine. */
const AHEAD_MS = 3_600_000;
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...args: unknown[]) {
    if (args.length === 0) super(RealDate.now() + AHEAD_MS);
    // Whatever the caller gave is what the real one is given.
    else super(...(args as [number]));
  }

  static override now(): number {
    return RealDate.now() + AHEAD_MS;
  }
} as DateConstructor;
