/** What a failure code means and whether trying again can help. */
interface FailureKind {
  /** A permanent failure ends the job at once; a transient one is tried again, up to MAX_ATTEMPTS. */
  readonly permanent: boolean;
  readonly meaning: string;
}

/** The closed list of reasons why a job does not complete. The code travels in the failed event and in the job's row. */
export const failures = {
  INVALID_EVENT: {
    permanent: true,
    meaning: 'The message is not a job: it cannot be read, or a field is missing.',
  },
  INVALID_DEFINITION: {
    permanent: true,
    meaning: 'The agent definition breaks a rule; the message names each.',
  },
  CONFLICTING_PAYLOAD: { permanent: true, meaning: 'The job id is taken by a job with another payload.' },
  UNKNOWN_PROVIDER: {
    permanent: true,
    meaning: 'A node asks for a model provider that this worker does not have.',
  },
  MODEL_REFUSED: {
    permanent: true,
    meaning: 'The model answered 4xx (but 408, 409, 429): the request is wrong.',
  },
  MODEL_UNAVAILABLE: { permanent: false, meaning: 'The model answered 408, 409, 429 or 5xx, or not at all.' },
  ANSWER_CUT_OFF: {
    permanent: true,
    meaning: 'The answer of a model was cut off at the limit of its length; none of its tool calls was run.',
  },
  ANSWER_FILTERED: { permanent: true, meaning: 'A filter of the model server stopped an answer.' },
  ANSWER_REFUSED: { permanent: true, meaning: 'A model refused to answer; the message has its words.' },
  ANSWER_EMPTY: {
    permanent: true,
    meaning: 'A model said nothing and called no tool, also when asked again.',
  },
  TOOL_FAILED: { permanent: true, meaning: 'A tool could not be run at all.' },
  TOOL_UNAVAILABLE: { permanent: false, meaning: 'The server of a tool cannot be reached.' },
  TOOL_TIMEOUT: { permanent: false, meaning: 'A tool did not answer before its deadline.' },
  JOB_TIMEOUT: { permanent: true, meaning: 'The job ran longer than JOB_TIMEOUT.' },
  RECURSION_LIMIT: { permanent: true, meaning: 'The agent took more steps than RECURSION_LIMIT.' },
  TOKEN_BUDGET: { permanent: true, meaning: 'The job used more tokens than TOKEN_BUDGET.' },
  PAYLOAD_TOO_LARGE: { permanent: true, meaning: 'A payload is larger than its limit.' },
  CANCELLED: { permanent: true, meaning: 'Somebody asked for the job to be cancelled.' },
  LEASE_LOST: {
    permanent: false,
    meaning: 'Another worker may hold the job: this one stops without a result.',
  },
  STORE_UNAVAILABLE: { permanent: false, meaning: 'PostgreSQL did not answer.' },
  ATTEMPTS_EXHAUSTED: {
    permanent: true,
    meaning: 'Every attempt ended without a result, often with the worker.',
  },
  INTERNAL: { permanent: false, meaning: 'The worker met an error it did not expect.' },
} as const satisfies Record<string, FailureKind>;

/** A key of the table above. */
export type FailureCode = keyof typeof failures;

/** Why a job did not complete, in words that may be shown to whoever published it. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  /** Milliseconds after which whoever failed asks to be tried again; undefined when it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: FailureCode,
    message: string,
    options?: ErrorOptions & { readonly retryAfterMs?: number },
  ) {
    super(message, options);
    this.code = code;
    this.retryAfterMs = options?.retryAfterMs;
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
