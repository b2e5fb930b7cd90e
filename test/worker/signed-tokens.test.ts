import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { afterAll, expect, test } from 'vitest';
import { signedTokens } from '../../worker/http/signed-tokens.ts';

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function listen(host: string, answer: (path: string, response: ServerResponse) => void) {
  const server = createServer(({ url }, response) => answer(url ?? '', response)).listen(0, host);
  servers.push(server);
  await once(server, 'listening');
  return `http://${host}:${(server.address() as AddressInfo).port}`;
}

/** Whom a token names whose issuer answers this, or why that cannot be said. */
async function named(
  configuration: (keys: string, response: ServerResponse) => void,
  keysHost = '127.0.0.1',
) {
  const { publicKey, privateKey } = await generateKeyPair('ES256');
  const body = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] });
  const keys = await listen(keysHost, (path, response) => {
    response.statusCode = path === '/away' ? 503 : 200;
    response.end(path === '/configuration' ? JSON.stringify({ jwks_uri: keys }) : body);
  });
  const issuer = await listen('127.0.0.1', (_, response) => configuration(keys, response));
  const about = { issuer, audience: 'agents', jwksUrl: undefined, tenantClaim: 'sub', scopes: undefined };
  const token = await new SignJWT({ sub: 'ada' })
    .setProtectedHeader({ alg: 'ES256' })
    .setIssuer(issuer)
    .setAudience('agents')
    .setExpirationTime('5m')
    .sign(privateKey);
  const found = await signedTokens([about])?.(token).catch((error: Error) => error.message);
  return typeof found === 'object' ? found.tenant?.replace(issuer, 'issuer') : found;
}

const names = (uri: (keys: string) => string) => (keys: string, response: ServerResponse) => {
  response.end(JSON.stringify({ jwks_uri: uri(keys) }));
};

test('a token is known by the keys that its issuer names', async () => {
  expect(await named(names((keys) => keys))).toBe('issuer ada');
});

test('keys that come neither by TLS nor from this machine count as little as an issuer that does', async () => {
  expect(
    await named(
      names((keys) => keys),
      '127.0.0.2',
    ),
  ).toContain('are not reached by https');
});

test('nobody is led elsewhere for the configuration of an issuer', async () => {
  const elsewhere = (keys: string, response: ServerResponse) =>
    response.writeHead(302, { Location: `${keys}/configuration` }).end();
  expect(await named(elsewhere)).toContain('fetch failed');
});

test('an issuer whose keys are away has said nothing of a token', async () => {
  expect(await named(names((keys) => `${keys}/away`))).toContain('Expected 200 OK');
});
