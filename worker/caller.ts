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

const LOOPBACK: readonly string[] = ['127.0.0.1', '[::1]', 'localhost'];

/** Whether keys of issuers may come from an address: those that come another way than by TLS, or from this very machine, may be anybody's. */
export function isTrusted(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
}
