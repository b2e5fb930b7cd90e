import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  credsAuthenticator,
  nkeyAuthenticator,
  tokenAuthenticator,
  usernamePasswordAuthenticator,
} from '@nats-io/transport-node';
import type { Authenticator } from '@nats-io/transport-node';
import type { NatsLogin } from './address.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text.trim());

/** The client's parser looks for the end of the last line. */
const credentials = (text: string): Uint8Array => new TextEncoder().encode(`${text.trim()}\n`);

/** Keys under which people keep each kind of login in a Secret, the first that is there counts. */
const KEYS = {
  creds: ['nats.creds', 'creds', 'user.creds'],
  nkey: ['nkey', 'nkey.seed', 'seed'],
  token: ['token'],
  user: ['username', 'user'],
  password: ['password', 'pass'],
} as const;

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Error(`cannot read the NATS login in ${file}`, { cause: error });
  }
}

/** The login that a folder holds. */
function fromFolder(folder: string): Authenticator {
  const files = new Set(readdirSync(folder));
  const find = (names: readonly string[]): string | undefined => {
    const name = names.find((one) => files.has(one));
    return name === undefined ? undefined : read(join(folder, name));
  };
  const [creds, nkey, token] = [find(KEYS.creds), find(KEYS.nkey), find(KEYS.token)];
  const [user, password] = [find(KEYS.user), find(KEYS.password)];
  if (creds !== undefined) return credsAuthenticator(credentials(creds));
  if (nkey !== undefined) return nkeyAuthenticator(bytes(nkey));
  if (user !== undefined && password !== undefined) return usernamePasswordAuthenticator(user, password);
  if (token !== undefined) return tokenAuthenticator(token);
  throw new Error(
    `cannot find a NATS login in ${folder}: expected nats.creds, nkey, username and password, or token`,
  );
}

/** Answers the server's challenge. Undefined when there is nothing to answer with. */
export function authenticator(login: NatsLogin): Authenticator | undefined {
  switch (login.kind) {
    case 'none':
      return undefined;
    case 'user':
      return usernamePasswordAuthenticator(login.user, login.password);
    case 'token':
      return tokenAuthenticator(login.token);
    case 'nkey':
      return nkeyAuthenticator(bytes(login.seed));
    case 'nkey-file':
      return nkeyAuthenticator(() => bytes(read(login.file)));
    case 'creds-file':
      return credsAuthenticator(() => credentials(read(login.file)));
    case 'folder':
      return (nonce) => fromFolder(login.folder)(nonce);
  }
}
