import { createRemoteJWKSet, decodeJwt, errors, jwtVerify } from 'jose';
import type { JWTPayload, JWTVerifyGetKey } from 'jose';
import { isTenant, isTrusted } from '../caller.ts';
import type { Caller, Issuer } from '../caller.ts';
import { isJsonObject } from '../json.ts';

/** Signatures with a key that only the issuer has (RFC 8725, section 3.1). */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];
const CLOCK_SECONDS = 30;
const DISCOVERY_MS = 5_000;
/** What is wrong with the keys of an issuer, and says nothing of a token. */
const OF_KEYS: readonly string[] = [errors.JOSEError.code, errors.JWKSInvalid.code, errors.JWKSTimeout.code];
const SCOPE_PREFIX = 'agents:';

/** Says whom a signed token names; throws when the keys of its issuer cannot be had. */
export function signedTokens(
  issuers: readonly Issuer[],
): ((token: string) => Promise<Caller | undefined>) | undefined {
  if (issuers.length === 0) return undefined;
  const keys = new Map<Issuer, Promise<JWTVerifyGetKey>>();
  const keysOf = (from: Issuer): Promise<JWTVerifyGetKey> => {
    const known = keys.get(from) ?? discover(from);
    keys.set(from, known);
    known.catch(() => keys.delete(from));
    return known;
  };
  return async (token) => {
    const from = issuerOf(issuers, token);
    if (!from) return undefined;
    const { issuer, audience } = from;
    const rules = {
      issuer,
      audience,
      algorithms: ALGORITHMS,
      clockTolerance: CLOCK_SECONDS,
      requiredClaims: ['exp'],
    };
    try {
      const { payload } = await jwtVerify(token, await keysOf(from), rules);
      return callerOf(from, payload);
    } catch (error) {
      if (error instanceof errors.JOSEError && !OF_KEYS.includes(error.code)) return undefined;
      throw error;
    }
  };
}

/** Whom a token says it is from: only its signature shows whether it is. */
function issuerOf(issuers: readonly Issuer[], token: string): Issuer | undefined {
  try {
    const { iss, aud } = decodeJwt(token);
    const meant = [aud].flat();
    return issuers.find(({ issuer, audience }) => issuer === iss && meant.includes(audience));
  } catch {
    return undefined;
  }
}

async function discover({ issuer, jwksUrl }: Issuer): Promise<JWTVerifyGetKey> {
  if (jwksUrl !== undefined) return createRemoteJWKSet(new URL(jwksUrl));
  const address = `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(address, { redirect: 'error', signal: AbortSignal.timeout(DISCOVERY_MS) });
  const found: unknown = response.ok ? await response.json() : undefined;
  const uri = isJsonObject(found) ? found['jwks_uri'] : undefined;
  if (typeof uri !== 'string') throw new Error(`${address} names no keys (jwks_uri)`);
  if (!isTrusted(uri))
    throw new Error(`${address} names keys (jwks_uri) that are not reached by https: ${uri}`);
  return createRemoteJWKSet(new URL(uri));
}

/** Tenants of two issuers are two, whatever they are called. */
function callerOf({ issuer, tenantClaim, scopes }: Issuer, payload: JWTPayload): Caller | undefined {
  const name = payload[tenantClaim];
  if (!isTenant(name)) return undefined;
  const said = typeof payload['scope'] === 'string' ? payload['scope'].split(' ') : [];
  const own = (['read', 'write'] as const).filter((scope) => said.includes(SCOPE_PREFIX + scope));
  return { tenant: `${issuer} ${name}`, scopes: scopes ?? own };
}
