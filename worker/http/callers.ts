import { createHash } from 'node:crypto';
import type { Caller, Identify, Issuer, TenantToken } from '../caller.ts';

/** Who looks after the worker. */
const OPERATOR: Caller = { tenant: undefined, scopes: ['read', 'write', 'operate'] };

/** Who may call. */
export interface Admission {
  /** The token of an operator. */
  readonly token: string | undefined;
  readonly tokens: readonly TenantToken[];
  /** Who signed tokens name, by the issuers that are trusted; undefined where none is. */
  readonly signed: ((token: string) => Promise<Caller | undefined>) | undefined;
}

/** By their digests: how long a look-up takes says nothing of a token. */
function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}

/** Whether there may be callers of this tenant; what belongs to none is an operator's. */
export function isKnown(
  tenant: string | undefined,
  { tokens, issuers }: { readonly tokens: readonly TenantToken[]; readonly issuers: readonly Issuer[] },
): boolean {
  if (tenant === undefined) return true;
  if (tokens.some(({ caller }) => caller.tenant === tenant)) return true;
  return issuers.some(({ issuer }) => tenant.startsWith(`${issuer} `));
}

/** Where nobody is named, everybody is an operator. */
export function identifying({ token, tokens, signed }: Admission): Identify {
  if (token === undefined && tokens.length === 0 && signed === undefined)
    return () => Promise.resolve(OPERATOR);
  const known = new Map(tokens.map((one) => [digestOf(one.token), one.caller]));
  if (token !== undefined) known.set(digestOf(token), OPERATOR);
  return async (given) => {
    if (given === undefined) return undefined;
    return known.get(digestOf(given)) ?? signed?.(given);
  };
}
