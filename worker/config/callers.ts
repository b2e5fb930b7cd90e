import { isTenant, isTrusted } from '../caller.ts';
import type { Issuer, Scope, TenantToken } from '../caller.ts';
import { isJsonObject, parseJson } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';
import type { EnvReader } from './env-reader.ts';

const TOKENS =
  'an object of tenants by name, each a token or {"token": …, "scopes"?: ["read", "write"]}, tokens of at least 16 characters and none twice';
const ISSUERS =
  'a list of {"issuer": https://…, "audience": …, "jwks_url"?: …, "tenant_claim"?: "sub", "scopes"?: ["read", "write"]}';

/** What a tenant may at most; what belongs to none is an operator's. */
const SCOPES: readonly Scope[] = ['read', 'write'];
const LEAST_TOKEN = 16;

/** Who calls by a token of its own. */
export function readTokens(env: EnvReader): readonly TenantToken[] {
  return env.has('API_TOKENS') ? env.json('API_TOKENS', tokensIn, TOKENS) : [];
}

/** Whose signatures count. */
export function readIssuers(env: EnvReader): readonly Issuer[] {
  return env.has('JWT_ISSUERS') ? env.json('JWT_ISSUERS', issuersIn, ISSUERS) : [];
}

/** Values that no log line may hold. */
export function tokenSecrets(env: EnvReader): readonly string[] {
  if (!env.has('API_TOKENS')) return [];
  return (tokensIn(parseJson(env.text('API_TOKENS')) ?? null) ?? []).map(({ token }) => token);
}

function tokensIn(value: Json): readonly TenantToken[] | undefined {
  if (!isJsonObject(value)) return undefined;
  const entries = Object.entries(value);
  const tokens = entries.flatMap(([tenant, entry]) => tokenIn(tenant, entry) ?? []);
  const areAll =
    tokens.length === entries.length && new Set(tokens.map(({ token }) => token)).size === tokens.length;
  return areAll ? tokens : undefined;
}

function tokenIn(tenant: string, entry: Json): TenantToken | undefined {
  const { token, scopes, ...rest }: JsonObject = isJsonObject(entry) ? entry : { token: entry };
  const allowed = scopesIn(scopes);
  if (typeof token !== 'string' || token.length < LEAST_TOKEN || !isTenant(tenant)) return undefined;
  if (allowed === undefined || Object.keys(rest).length > 0) return undefined;
  return { token, caller: { tenant, scopes: allowed } };
}

function scopesIn(value: Json | undefined): readonly Scope[] | undefined {
  if (value === undefined) return SCOPES;
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const scopes = SCOPES.filter((scope) => value.includes(scope));
  return scopes.length === value.length ? scopes : undefined;
}

function issuersIn(value: Json): readonly Issuer[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const issuers = value.map((one) => (isJsonObject(one) ? issuerIn(one) : undefined));
  const known = issuers.filter((one) => one !== undefined);
  return known.length === issuers.length ? known : undefined;
}

function issuerIn(entry: JsonObject): Issuer | undefined {
  const { issuer, audience, jwks_url: jwksUrl, tenant_claim: claim = 'sub', scopes, ...rest } = entry;
  const fixed = scopes === undefined ? undefined : scopesIn(scopes);
  if (typeof issuer !== 'string' || !isTrusted(issuer)) return undefined;
  if (typeof audience !== 'string' || audience === '' || typeof claim !== 'string') return undefined;
  if (jwksUrl !== undefined && (typeof jwksUrl !== 'string' || !isTrusted(jwksUrl))) return undefined;
  if ((scopes !== undefined && fixed === undefined) || Object.keys(rest).length > 0) return undefined;
  return { issuer, audience, jwksUrl, tenantClaim: claim, scopes: fixed };
}
