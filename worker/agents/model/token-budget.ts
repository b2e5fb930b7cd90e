import type { CheckpointMetadata } from '@langchain/langgraph-checkpoint';
import { Failure } from '../../jobs/rules/failures.ts';
import type { JsonObject } from '../../json.ts';
import { costJson } from './prices.ts';
import type { Prices } from './prices.ts';
import type { Tokens } from './tokens.ts';

/** Where a checkpoint's metadata has the tokens that the job had used when it was made. */
export const TOKENS_KEY = 'zerotouch_tokens';

/** And the job that it was made for, under the name that clients of the Agent Server know. */
const JOB_KEY = 'run_id';

/** The metadata of a checkpoint with both. */
export function withTokens(
  metadata: CheckpointMetadata,
  tokens: number,
  jobId: string | undefined,
): CheckpointMetadata {
  const more = { [TOKENS_KEY]: tokens, ...(jobId !== undefined && { [JOB_KEY]: jobId }) };
  return { ...metadata, ...more };
}

/** Metadata by which the checkpoints of one job of a thread are found. */
export const ofJob = (jobId: string) => ({ [JOB_KEY]: jobId });

/** The job that a checkpoint of a thread was made for; the one that the thread is named after where it does not say. */
export function jobOf(metadata: CheckpointMetadata | undefined, threadId: string): string {
  const jobId: unknown = metadata && Reflect.get(metadata, JOB_KEY);
  return typeof jobId === 'string' ? jobId : threadId;
}

/** That number; 0 where there is none. */
export function tokensAt(metadata: CheckpointMetadata | undefined): number {
  const tokens: unknown = metadata && Reflect.get(metadata, TOKENS_KEY);
  return typeof tokens === 'number' ? tokens : 0;
}

/** What a job may use, and has used: in this attempt and those before it, by its orchestrator and its specialists. */
export class TokenBudget {
  readonly #limit: number;
  #used = 0;
  #input = 0;
  #output = 0;
  #calls = 0;
  /** Undefined once a model was asked whose price nobody has said. */
  #cost: number | undefined = 0;
  readonly #prices: Prices | undefined;

  /** @param limit 0 for none */
  constructor(limit: number, prices?: Prices) {
    this.#limit = limit;
    this.#prices = prices;
  }

  get used(): number {
    return this.#used;
  }

  add(tokens: number): void {
    this.#used += tokens;
  }

  /** Counts a model call of this attempt, which has cost this. */
  count({ input, output }: Tokens, cost: number | undefined): void {
    this.#calls += 1;
    this.#cost = cost === undefined || this.#cost === undefined ? undefined : this.#cost + cost;
    this.#input += input;
    this.#output += output;
    this.add(input + output);
  }

  /** For the result. Earlier attempts have left their sum behind, so that only an attempt that was alone knows its parts. */
  usage(): JsonObject {
    const isAlone = this.#used === this.#input + this.#output;
    const cost = this.#prices && this.#cost !== undefined ? costJson(this.#cost, this.#prices) : undefined;
    const parts = {
      input_tokens: this.#input,
      output_tokens: this.#output,
      model_calls: this.#calls,
      ...(cost && { cost }),
    };
    return { total_tokens: this.#used, ...(isAlone && parts) };
  }

  /** Why no model may be asked again; undefined when one may. */
  exceeded(): Failure | undefined {
    if (this.#limit === 0 || this.#used < this.#limit) return undefined;
    return new Failure(
      'TOKEN_BUDGET',
      `the job has used ${this.#used} tokens, and its budget is ${this.#limit}`,
    );
  }
}
