/** What servers say when no money is left: whoever pays has to act, and waiting alone helps nobody. */
const NO_QUOTA =
  /insufficient_(quota|balance|funds|credits)|exceeded your current quota|credit balance is too low|insufficient balance|billing_(error|hard_limit|not_active)|requires more credits|account (is )?in arrears/i;

/** What servers say when they do not accept the key, some of them with a status that says something else (Gemini and xAI: 400). */
const NO_KEY =
  /(incorrect|invalid|expired|missing|no|wrong|disabled)[ _](api|auth|access)[ _-]?(key|token|credentials)|api[ _-]?key (is )?(not valid|invalid|expired|not found|missing)|invalid_api_key|authentication_?(error|failed)|permission_?(error|denied)|unauthorized|no auth credentials/i;

/** Whether these words of a server are about money that is not there. */
export function speaksOfQuota(words: string): boolean {
  return NO_QUOTA.test(words);
}

/** Whether these words of a server are about a key that it does not accept. */
export function speaksOfKey(words: string): boolean {
  return NO_KEY.test(words);
}
