const errors = new WeakSet<object>();

/** Remembers that it was a model which threw this: agents in code have clients of their own. */
export function noteModelError(error: unknown): void {
  if (typeof error === 'object' && error !== null) errors.add(error);
}

export function isModelError(error: object): boolean {
  return errors.has(error);
}
