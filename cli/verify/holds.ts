import type { Json } from '../../functions/composition/contract.ts';
import { isObject } from '../../functions/composition/schema.ts';

/** Whether a value has all that another one says: the API server and others may add to it. */
export function holds(live: Json | undefined, wanted: Json): boolean {
  if (Array.isArray(wanted))
    return Array.isArray(live) && wanted.every((each) => live.some((other) => holds(other, each)));
  if (isObject(wanted))
    return isObject(live) && Object.entries(wanted).every(([name, value]) => holds(live[name], value));
  // kustomize breaks the lines of a folded text elsewhere.
  if (typeof wanted === 'string') return typeof live === 'string' && spaced(live) === spaced(wanted);
  return live === wanted;
}

function spaced(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
