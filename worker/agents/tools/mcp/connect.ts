import { ClientCredentialsProvider } from '@modelcontextprotocol/sdk/client/auth-extensions.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { McpServer } from '../../settings.ts';
import { mcpFetch } from './fetch.ts';

/** Where a server is, and how far a client of it may reach. */
export interface McpTarget {
  readonly server: McpServer;
  readonly reach: 'public' | 'anywhere';
}

/** A session that is open, and its end. */
export interface McpConnection {
  readonly client: Client;
  readonly close: () => Promise<void>;
}

/** A server gets this long to hear that its session is over, in milliseconds. */
const GOODBYE_MS = 2_000;

/** Opens a session. What a hung server began is taken down again. */
export async function connect({ server, reach }: McpTarget, timeoutMs: number): Promise<McpConnection> {
  const client = new Client({ name: 'zerotouch-worker', version: '1' });
  const transport = 'command' in server ? stdio(server) : http(server, reach);
  const close = async (): Promise<void> => {
    if (transport instanceof StreamableHTTPClientTransport) {
      const goodbye = transport.terminateSession().catch(() => {});
      await Promise.race([goodbye, new Promise((done) => setTimeout(done, GOODBYE_MS).unref())]);
    }
    await client.close();
  };
  try {
    // The transport declares its session id as possibly undefined, which exactOptionalPropertyTypes tells from absent.
    await client.connect(transport as Parameters<Client['connect']>[0], { timeout: timeoutMs });
    return { client, close };
  } catch (error) {
    await client.close().catch(() => {});
    throw error;
  }
}

/** Redirects are followed within the origin, so that credentials go nowhere else. */
function http(
  { url, headers, oauth }: Extract<McpServer, { url: string }>,
  reach: McpTarget['reach'],
): StreamableHTTPClientTransport {
  const provider = oauth && new ClientCredentialsProvider({ ...oauth, expectedIssuer: oauth.issuer });
  return new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { ...headers } },
    fetch: mcpFetch(reach),
    ...(provider !== undefined && { authProvider: provider }),
  });
}

/** A program of the operator's: it sees PATH and what the operator gives it, nothing of the worker's environment. */
function stdio({
  command,
  args = [],
  env = {},
}: Extract<McpServer, { command: string }>): StdioClientTransport {
  const PATH = process.env['PATH'] ?? '';
  return new StdioClientTransport({ command, args: [...args], env: { PATH, ...env }, stderr: 'ignore' });
}
