import type { Json, JsonObject } from '../../../json.ts';
import type { PoolError } from '../threads/pool.ts';

/** One call of a script. */
export interface QuickjsCall {
  readonly script: string;
  readonly args: JsonObject;
  /** Second argument of the script. */
  readonly context: JsonObject;
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

/** What came of it; `error` is for the model to read. */
export type QuickjsAnswer = { readonly kind: 'output'; readonly output: Json | undefined } | PoolError;
