import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** What a client has to know to be given a token. */
export const client = { clientId: 'the-worker', clientSecret: 'known-to-both' };

/** An authorization server (RFC 8414, RFC 9728) with the resource that it protects, which is another server behind it. */
export interface OauthFront {
  /** Of the protected resource. */
  readonly url: string;
  /** What was asked of the token endpoint. */
  readonly asked: readonly { readonly authorization: string | undefined; readonly body: string }[];
  /** Where it says that tokens are given. */
  issuer: string;
  /** No token that was given so far is taken any more. */
  expire(): void;
  close(): Promise<void>;
}

/** Stands in front of the MCP server at this address. */
export async function startOauthFront(behind: string): Promise<OauthFront> {
  const asked: OauthFront['asked'][number][] = [];
  let given = 0;
  let expired = 0;
  let origin = '';
  const front = { issuer: '' };
  const json = (response: ServerResponse, status: number, body: object, headers = {}): void =>
    void response
      .writeHead(status, { 'content-type': 'application/json', ...headers })
      .end(JSON.stringify(body));

  async function token(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { authorization } = request.headers;
    const body = await text(request);
    asked.push({ authorization, body });
    const [, basic = ''] = authorization?.split(' ') ?? [];
    const isKnown = Buffer.from(basic, 'base64').toString() === `${client.clientId}:${client.clientSecret}`;
    if (!isKnown) return json(response, 401, { error: 'invalid_client' });
    given += 1;
    json(response, 200, { access_token: `token-${given}`, token_type: 'Bearer', expires_in: 3_600 });
  }

  async function resource(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const number = Number(/^Bearer token-(\d+)$/.exec(request.headers.authorization ?? '')?.[1] ?? 0);
    if (number <= expired || number > given) {
      const metadata = `${origin}/.well-known/oauth-protected-resource`;
      const headers = { 'www-authenticate': `Bearer resource_metadata="${metadata}"` };
      return json(response, 401, { error: 'invalid_token' }, headers);
    }
    const { method = 'GET', headers } = request;
    const body = method === 'POST' ? { body: await text(request) } : {};
    const kept = ['content-type', 'accept', 'mcp-session-id', 'mcp-protocol-version'];
    const sent = kept.flatMap((name) =>
      headers[name] ? [[name, String(headers[name])] as [string, string]] : [],
    );
    const answer = await fetch(behind, { method, headers: sent, ...body });
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    for await (const chunk of answer.body ?? []) response.write(chunk);
    response.end();
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (path.startsWith('/.well-known/oauth-protected-resource'))
      return json(response, 200, { resource: `${origin}/mcp`, authorization_servers: [front.issuer] });
    if (path.startsWith('/.well-known/'))
      return json(response, 200, {
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        response_types_supported: ['code'],
        grant_types_supported: ['client_credentials'],
        token_endpoint_auth_methods_supported: ['client_secret_basic'],
      });
    return path === '/token' ? token(request, response) : resource(request, response);
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  front.issuer = origin;
  return Object.assign(front, {
    url: `${origin}/mcp`,
    asked,
    expire() {
      expired = given;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  });
}
