/** What follows from a failure. */
export type Retry =
  /** The job ends at once: trying again would end the same way. */
  | 'never'
  /** Tried again, up to MAX_ATTEMPTS failures without a checkpoint in between. */
  | 'counted'
  /** Something is away: tried again for as long as RETRY_PATIENCE, however often that is. */
  | 'patient'
  /** The fault of this worker or of who runs it: the job loses nothing, and another worker may take it at once. */
  | 'elsewhere';

/** What a failure code means and whether trying again can help. */
interface FailureKind {
  readonly retry: Retry;
  readonly meaning: string;
}

/** The closed list of reasons why a job does not complete. The code travels in the failed event and in the job's row. */
export const failures = {
  INVALID_EVENT: {
    retry: 'never',
    meaning: 'The message is not a job: it cannot be read, or a field is missing.',
  },
  INVALID_DEFINITION: {
    retry: 'never',
    meaning: 'The agent definition breaks a rule; the message names each.',
  },
  CONFLICTING_PAYLOAD: { retry: 'never', meaning: 'The job id is taken by a job with another payload.' },
  UNKNOWN_PROVIDER: {
    retry: 'elsewhere',
    meaning:
      'A node asks for a model provider or a tool server that this worker does not have, or a job for an agent in code.',
  },
  MODEL_REFUSED: {
    retry: 'never',
    meaning: 'The model answered 4xx (but 401, 403, 408, 409, 429): the request is wrong.',
  },
  MODEL_KEY_REFUSED: {
    retry: 'elsewhere',
    meaning:
      'The model answered 401 or 403, or that no quota is left: it does not accept the key of this worker.',
  },
  MODEL_UNAVAILABLE: { retry: 'patient', meaning: 'The model answered 408, 409, 429 or 5xx, or not at all.' },
  ANSWER_CUT_OFF: {
    retry: 'never',
    meaning: 'The answer of a model was cut off at the limit of its length; none of its tool calls was run.',
  },
  ANSWER_FILTERED: { retry: 'never', meaning: 'A filter of the model server stopped an answer.' },
  ANSWER_REFUSED: { retry: 'never', meaning: 'A model refused to answer; the message has its words.' },
  ANSWER_EMPTY: {
    retry: 'never',
    meaning: 'A model said nothing and called no tool, also when asked again.',
  },
  ANSWER_UNSTRUCTURED: {
    retry: 'never',
    meaning: 'A model did not answer in the form of `response_format`, also when asked again.',
  },
  TOOL_FAILED: { retry: 'never', meaning: 'A tool could not be run at all.' },
  TOOL_UNAVAILABLE: { retry: 'patient', meaning: 'The server of a tool cannot be reached.' },
  TOOL_KEY_REFUSED: {
    retry: 'elsewhere',
    meaning: 'A tool server that the worker names answered 401 or 403: it does not accept its credentials.',
  },
  TOOL_TIMEOUT: { retry: 'counted', meaning: 'A tool did not answer before its deadline.' },
  JOB_TIMEOUT: { retry: 'never', meaning: 'The job ran longer than JOB_TIMEOUT.' },
  DEADLINE_PASSED: {
    retry: 'never',
    meaning: 'The job was not through in the time that its `deadline_seconds` gave it.',
  },
  RECURSION_LIMIT: { retry: 'never', meaning: 'The agent took more steps than RECURSION_LIMIT.' },
  TOKEN_BUDGET: { retry: 'never', meaning: 'The job used more tokens than TOKEN_BUDGET.' },
  PAYLOAD_TOO_LARGE: { retry: 'never', meaning: 'A payload is larger than its limit.' },
  CANCELLED: { retry: 'never', meaning: 'Somebody asked for the job to be cancelled.' },
  LEASE_LOST: {
    retry: 'counted',
    meaning: 'Another worker may hold the job: this one stops without a result.',
  },
  STORE_UNAVAILABLE: { retry: 'elsewhere', meaning: 'PostgreSQL did not answer.' },
  STORE_REFUSED: {
    retry: 'never',
    meaning:
      'PostgreSQL refuses what it is to keep of the job, and would again: a text with the character 0, a value that is too large.',
  },
  ATTEMPTS_EXHAUSTED: {
    retry: 'never',
    meaning: 'Worker after worker was gone in the middle of it, up to MAX_CRASHES.',
  },
  INTERNAL: {
    retry: 'counted',
    meaning: 'The worker met an error it did not expect, or the code of an agent threw one.',
  },
} as const satisfies Record<string, FailureKind>;

/** A key of the table above. */
export type FailureCode = keyof typeof failures;

interface FailureOptions extends ErrorOptions {
  readonly retryAfterMs?: number | undefined;
  readonly source?: string | undefined;
}

/** Why a job did not complete, in words that may be shown to whoever published it. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  /** Milliseconds that whoever failed asked to be left alone for. */
  readonly retryAfterMs: number | undefined;
  /** What failed, as `Agent.needs` names it; undefined when it is nothing that other jobs need as well. */
  readonly source: string | undefined;

  constructor(code: FailureCode, message: string, options: FailureOptions = {}) {
    super(message, options);
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.source = options.source;
  }

  /** The same, said of a source. */
  of(source: string): Failure {
    const { retryAfterMs, cause } = this;
    return new Failure(this.code, this.message, { retryAfterMs, cause, source });
  }
}

/** Any thrown value as a Failure. The text of an unexpected error stays in the log: it may quote what is secret. */
export function asFailure(thrown: unknown): Failure {
  return thrown instanceof Failure
    ? thrown
    : new Failure('INTERNAL', 'the worker met an error it did not expect; its log has the details', {
        cause: thrown,
      });
}
