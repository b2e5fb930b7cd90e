import { ErrorCode, McpError } from '@modelcontextprotocol/sdk/types.js';
import type { JsonObject } from '../../../json.ts';
import { connect } from './connect.ts';
import type { McpConnection, McpTarget } from './connect.ts';
import { CallResult } from './content.ts';
import type { CallResultJson } from './content.ts';
import { isUnknownSession } from './failure.ts';

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

/** A call that tells of its progress may take so many times its time. */
const PROGRESS_FACTOR = 10;

/** A session with a server, opened when it is first needed. What goes wrong with a call concerns that call alone. */
export class McpSession {
  readonly #target: McpTarget;
  #connection: Promise<McpConnection> | undefined;

  constructor(target: McpTarget) {
    this.#target = target;
  }

  /** What the tool answered. Throws what the client does. */
  async call(call: McpCall): Promise<CallResultJson> {
    const connection = this.#open(call.timeoutMs);
    try {
      return await ask(await connection, call);
    } catch (error) {
      const isClosed = error instanceof McpError && error.code === Number(ErrorCode.ConnectionClosed);
      if (isClosed) this.#replace(connection);
      if (!isUnknownSession(error)) throw error;
      this.#replace(connection);
      return ask(await this.#open(call.timeoutMs), call);
    }
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.then((open) => open.close()).catch(() => {});
  }

  #open(timeoutMs: number): Promise<McpConnection> {
    if (this.#connection !== undefined) return this.#connection;
    const opening = connect(this.#target, timeoutMs);
    this.#connection = opening;
    opening.catch(() => this.#replace(opening));
    return opening;
  }

  /** Another call may have opened a new connection already. */
  #replace(old: Promise<McpConnection>): void {
    if (this.#connection !== old) return;
    this.#connection = undefined;
    old.then((open) => open.close()).catch(() => {});
  }
}

async function ask({ client }: McpConnection, call: McpCall): Promise<CallResultJson> {
  const { tool, args, key, timeoutMs, signal } = call;
  const params = { name: tool, arguments: args, _meta: { [KEY_FIELD]: key } };
  return client.request({ method: 'tools/call', params }, CallResult, {
    signal,
    timeout: timeoutMs,
    resetTimeoutOnProgress: true,
    maxTotalTimeout: timeoutMs * PROGRESS_FACTOR,
    // Its presence is what makes the client ask for progress.
    onprogress: () => {},
  });
}
