import type { JsonObject } from '../../../json.ts';
import type { PoolError } from '../threads/pool.ts';

/** Arguments that are to be checked. */
export interface ArgumentsCall {
  readonly schema: JsonObject;
  readonly args: JsonObject;
  readonly timeoutMs: number;
}

/** What came of it; `error` is for the model to read, and by an `unusable` schema nothing can be checked. */
export type ArgumentsAnswer = { readonly kind: 'fine' | 'unusable' } | PoolError;
