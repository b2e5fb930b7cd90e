/** Work that nobody waits for, until the end. */
export interface Background {
  add(work: Promise<unknown>): void;
  /** Resolves when nothing is left. */
  settled(): Promise<void>;
}

export function background(): Background {
  const going = new Set<Promise<unknown>>();
  return {
    add(work) {
      going.add(work);
      const forget = (): void => void going.delete(work);
      work.then(forget, forget);
    },
    async settled() {
      while (going.size > 0) await Promise.allSettled(going);
    },
  };
}
