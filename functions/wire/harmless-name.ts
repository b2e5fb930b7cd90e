/**
 * The text where it is a name as Kubernetes has them, or lower-case hexadecimal; otherwise nothing.
 *
 * Bytes that are not what they claim to be can put anything in the place of a name, a password included, and what
 * goes into a log must not depend on the good will of a caller.
 */
export function harmlessName(text: string): string {
  return /^[a-z0-9][a-z0-9.-]{0,252}$/.test(text) ? text : '';
}
