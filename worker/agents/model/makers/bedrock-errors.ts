/** What errors inside a stream that began with 200 stand for: there the client knows names alone. */
const STATUS: Readonly<Record<string, number>> = {
  ThrottlingException: 429,
  ModelNotReadyException: 503,
  ServiceUnavailableException: 503,
  InternalServerException: 500,
  ModelStreamErrorException: 500,
  ModelTimeoutException: 408,
  ModelErrorException: 500,
  ValidationException: 400,
  AccessDeniedException: 403,
};

/** Of those who look for the worker's identity. */
const NO_IDENTITY =
  /^(CredentialsProviderError|TokenProviderError|ExpiredTokenException|InvalidIdentityToken(Exception)?)$/;

/** Whether a stream ended, or was damaged, in the middle of an event. */
export function isTorn(error: unknown): boolean {
  return error instanceof Error && /truncated event|checksum .*match/i.test(error.message);
}

/** An error of the client with the fields by which failures of models are judged, as far as it is one of its server. */
export function refusal(error: unknown, noKey: (maker: string, cause: unknown) => Error): unknown {
  if (!(error instanceof Error)) return error;
  if (NO_IDENTITY.test(error.name)) return noKey('AWS', error);
  const { $metadata: metadata, $response: response } = error as Refusal;
  const status = STATUS[error.name] ?? metadata?.httpStatusCode;
  if (status === undefined || (status < 400 && STATUS[error.name] === undefined)) return error;
  const headers = new Headers(response?.headers ?? {});
  return Object.assign(new Error(error.message, { cause: error }), { status, headers, code: error.name });
}

/** What the client adds to the errors of a server. */
interface Refusal extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Record<string, string> };
}
