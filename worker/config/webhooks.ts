import type { AddressPattern } from '../agents/tools/mcp/address-pattern.ts';
import { readAddresses } from './addresses.ts';
import type { EnvReader } from './env-reader.ts';

/** By what clients are called when their runs have ended. */
export interface WebhookSettings {
  /** Signs each call. */
  readonly key: Uint8Array;
  readonly allowed: readonly AddressPattern[];
}

const PREFIX = 'whsec_';
/** Bytes of a key (https://www.standardwebhooks.com, signature scheme). */
const [LEAST, MOST] = [24, 64];

/** Undefined without a key: nobody is called unsigned. */
export function readWebhooks(env: EnvReader): WebhookSettings | undefined {
  const allowed = readAddresses(env, 'WEBHOOK_ALLOWED_URLS');
  const secret = env.optional('WEBHOOK_SECRET');
  if (secret === undefined) return undefined;
  const text = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : '';
  const key = Buffer.from(text, 'base64');
  // What is no base64 is left out in silence.
  const isWhole = key.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  if (!isWhole || key.length < LEAST || key.length > MOST)
    env.refuse('WEBHOOK_SECRET', `${PREFIX} and ${LEAST} to ${MOST} bytes in base64`, 'another value');
  return { key, allowed };
}
