import { createHash } from 'node:crypto';
import { nkeys } from '@nats-io/transport-node';

/** A server that knows its accounts by signed tokens, with one account and one user of it. */
export interface JwtAccount {
  /** For the server's configuration file. */
  readonly settings: string;
  /** Public key of the account, by which the server calls it. */
  readonly account: string;
  /** The user's credentials file. */
  readonly creds: string;
}

type KeyPair = ReturnType<typeof nkeys.createUser>;

const base64url = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64url');
const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A token in the form of https://github.com/nats-io/jwt, signed by `issuer`. */
function signed(issuer: KeyPair, subject: string, name: string, nats: object): string {
  const claims = { iat: 1_700_000_000, iss: issuer.getPublicKey(), name, sub: subject, nats };
  const jti = createHash('sha256').update(JSON.stringify(claims)).digest('base64url');
  const head = base64url(JSON.stringify({ typ: 'JWT', alg: 'ed25519-nkey' }));
  const body = base64url(JSON.stringify({ ...claims, jti }));
  const signature = issuer.sign(new TextEncoder().encode(`${head}.${body}`));
  return `${head}.${body}.${base64url(signature)}`;
}

/** Makes an operator, an account with JetStream and a user. */
export function jwtAccount(): JwtAccount {
  const [operator, account, user] = [nkeys.createOperator(), nkeys.createAccount(), nkeys.createUser()];
  const system = nkeys.createAccount();
  const limits = {
    subs: -1,
    data: -1,
    payload: -1,
    imports: -1,
    exports: -1,
    conn: -1,
    leaf: -1,
    wildcards: true,
  };
  const storage = { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 };
  const operatorJwt = signed(operator, operator.getPublicKey(), 'operator', { type: 'operator', version: 2 });
  const accountJwt = (pair: KeyPair, name: string, more: object): string =>
    signed(operator, pair.getPublicKey(), name, {
      limits: { ...limits, ...more },
      default_permissions: { pub: {}, sub: {} },
      type: 'account',
      version: 2,
    });
  const accounts = [
    `${account.getPublicKey()}: ${accountJwt(account, 'shop', storage)}`,
    `${system.getPublicKey()}: ${accountJwt(system, 'SYS', {})}`,
  ];
  const userJwt = signed(account, user.getPublicKey(), 'worker', {
    pub: {},
    sub: {},
    subs: -1,
    data: -1,
    payload: -1,
    type: 'user',
    version: 2,
  });
  return {
    account: account.getPublicKey(),
    // JetStream wants a system account where accounts come from an operator.
    settings: [
      `operator: ${operatorJwt}`,
      `system_account: ${system.getPublicKey()}`,
      'resolver: MEMORY',
      `resolver_preload: { ${accounts.join(', ')} }`,
      '',
    ].join('\n'),
    creds: [
      '-----BEGIN NATS USER JWT-----',
      userJwt,
      '------END NATS USER JWT------',
      '',
      '-----BEGIN USER NKEY SEED-----',
      text(user.getSeed()),
      '------END USER NKEY SEED------',
      '',
    ].join('\n'),
  };
}
