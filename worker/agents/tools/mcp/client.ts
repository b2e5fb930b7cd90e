import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  StreamableHTTPClientTransport,
  StreamableHTTPError,
} from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ErrorCode, McpError, type CallToolResult, type Tool } from '@modelcontextprotocol/sdk/types.js';
import { Failure } from '../../../jobs/failures.ts';
import type { JsonObject } from '../../../json.ts';
import type { McpServer } from '../../settings.ts';

/** One call of a tool at a server. */
export interface McpCall {
  readonly tool: string;
  readonly args: JsonObject;
  /** Travels in the request's `_meta`, so that a server can tell a repeated call from a new one. */
  readonly key: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Where the idempotency key of a call is found (`_meta` keys have a prefix, as the protocol asks). */
export const KEY_FIELD = 'bizmatters.io/idempotency-key';

/** A session with a server of tools, shared by all jobs; a session that broke is replaced when it is next needed. */
export class McpClient {
  readonly #server: McpServer;
  #session: Promise<Client> | undefined;

  constructor(server: McpServer) {
    this.#server = server;
  }

  /** All tools of the server. Throws TOOL_UNAVAILABLE when it cannot be asked. */
  async tools(timeoutMs: number): Promise<readonly Tool[]> {
    try {
      const session = await this.#open(timeoutMs);
      const tools: Tool[] = [];
      let cursor: string | undefined;
      do {
        const page = await session.listTools(cursor === undefined ? {} : { cursor }, { timeout: timeoutMs });
        tools.push(...page.tools);
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      return tools;
    } catch (error) {
      throw this.#broken(error, 'list the tools');
    }
  }

  /** What the tool answered, its own errors included. Throws TOOL_TIMEOUT or TOOL_UNAVAILABLE when there is no answer. */
  async call({ tool, args, key, timeoutMs, signal }: McpCall): Promise<CallToolResult> {
    try {
      const request = { name: tool, arguments: args, _meta: { [KEY_FIELD]: key } };
      const ask = async (session: Client) =>
        session.callTool(request, undefined, { timeout: timeoutMs, signal });
      const answer = await this.#open(timeoutMs)
        .then(ask)
        .catch((error: unknown) => {
          if (!isUnknownSession(error)) throw error;
          this.#drop();
          return this.#open(timeoutMs).then(ask);
        });
      // Without a task, which is not asked for here, the answer has this shape.
      return answer as CallToolResult;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof McpError && error.code === ErrorCode.RequestTimeout) {
        throw new Failure('TOOL_TIMEOUT', `the tool ${tool} did not answer within ${timeoutMs / 1000} s`, {
          cause: error,
        });
      }
      // The server is there and says no: that is for the model.
      if (error instanceof McpError && error.code !== ErrorCode.ConnectionClosed) {
        return { isError: true, content: [{ type: 'text', text: error.message }] };
      }
      throw this.#broken(error, `call the tool ${tool}`);
    }
  }

  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    this.#session = undefined;
    await session?.close();
  }

  #open(timeoutMs: number): Promise<Client> {
    this.#session ??= this.#connect(timeoutMs);
    return this.#session;
  }

  async #connect(timeout: number): Promise<Client> {
    const client = new Client({ name: 'zerotouch-worker', version: '1' });
    const transport = new StreamableHTTPClientTransport(new URL(this.#server.url), {
      // A redirect could lead the credentials elsewhere.
      requestInit: { headers: { ...this.#server.headers }, redirect: 'error' },
    });
    // The transport declares its session id as possibly undefined, which exactOptionalPropertyTypes tells from absent.
    await client.connect(transport as Parameters<Client['connect']>[0], { timeout });
    return client;
  }

  #drop(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.then((client) => client.close()).catch(() => {});
  }

  #broken(error: unknown, what: string): Failure {
    this.#drop();
    const { origin } = new URL(this.#server.url);
    const why = error instanceof Error ? error.message : String(error);
    return new Failure('TOOL_UNAVAILABLE', `cannot ${what} of the MCP server at ${origin}: ${why}`, {
      cause: error,
    });
  }
}

/** A server that was started anew does not know the sessions of before: it has not run the call, which can be made again. */
function isUnknownSession(error: unknown): boolean {
  return error instanceof StreamableHTTPError && (error.code === 404 || error.code === 400);
}
