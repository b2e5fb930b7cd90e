/** What a caller may: look; ask for, change and end; or look after what belongs to no tenant, such as dead letters. */
export type Scope = 'read' | 'write' | 'operate';

/** Who sends a request. */
export interface Caller {
  /** Whose jobs, threads, assistants and values it sees; all of them when undefined. */
  readonly tenant: string | undefined;
  readonly scopes: readonly Scope[];
}

/** Who is known by a token; undefined when nobody is. */
export type Identify = (token: string | undefined) => Promise<Caller | undefined>;

/** A token, and whose it is. */
export interface TenantToken {
  readonly token: string;
  readonly caller: Caller;
}

/** Who signs tokens that count here. */
export interface Issuer {
  readonly issuer: string;
  /** For whom its tokens have to be. */
  readonly audience: string;
  /** Where its keys are; as its OpenID configuration says when undefined. */
  readonly jwksUrl: string | undefined;
  /** The claim that names the tenant. */
  readonly tenantClaim: string;
  /** What all of its callers may; what the claim `scope` of each token says when undefined: `agents:read`, `agents:write`. */
  readonly scopes: readonly Scope[] | undefined;
}

/** Whether a text can name a tenant: columns and log lines take it. */
export function isTenant(name: unknown): name is string {
  return typeof name === 'string' && /^[^\p{Cc}\p{Cs}]{1,200}$/u.test(name);
}
