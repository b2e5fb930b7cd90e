import type { AgentSettings, McpServer } from '../../settings.ts';
import { permissionFor } from './address-pattern.ts';
import { connect } from './connect.ts';
import type { McpTarget } from './connect.ts';
import { unavailable } from './failure.ts';
import type { FailedServer } from './failure.ts';
import { McpSession } from './session.ts';
import { listTools } from './tool-list.ts';
import type { OfferedTool } from './tool-list.ts';

/** A server that a tool of a definition is at. */
export interface ServerRef extends FailedServer {
  /** The same for the same server. */
  readonly key: string;
  readonly target: McpTarget;
}

/** A list is asked for again after this many milliseconds. */
const LIST_MS = 60_000;

/** Lists kept: definitions may name any number of servers. */
const LISTS = 200;

/** Is told that something which jobs need (definition/needs.ts) has answered. */
export type Heard = (source: string) => void;

interface KnownList {
  readonly at: number;
  readonly tools: Promise<readonly OfferedTool[]>;
}

/** The servers of tools: what they offer, which all jobs share, and sessions with them, of which each job has its own. */
export class McpServers {
  readonly #settings: AgentSettings;
  readonly #lists = new Map<string, KnownList>();
  readonly #shared = new Map<string, McpSession>();
  readonly #ofJobs = new Map<string, Map<string, McpSession>>();
  /** Sessions that are being closed. */
  readonly #closing = new Set<Promise<void>>();
  readonly #heard: Heard;

  /** `heard` is told of each server that has answered. */
  constructor(settings: AgentSettings, heard: Heard) {
    this.#settings = settings;
    this.#heard = heard;
  }

  /** The server of that name, or else at that address; undefined where the worker knows no such name. */
  find(name: string | undefined, url: string | undefined): ServerRef | undefined {
    if (name === undefined) {
      const [address, allowed] = [url ?? '', this.#settings.mcpAddresses ?? []];
      const reach = permissionFor(address, allowed) === 'anywhere' ? 'anywhere' : 'public';
      const target: McpTarget = { server: { url: address, headers: {} }, reach };
      const label = `at ${new URL(address).origin}`;
      return { key: `url ${address}`, target, label, source: undefined };
    }
    const server = this.#settings.mcpServers?.[name];
    if (server === undefined) return undefined;
    const target: McpTarget = { server, reach: 'anywhere' };
    return { key: `name ${name}`, target, label: labelOf(name, server), source: `mcp:${name}` };
  }

  /** What a server offers: asked once for all jobs, and again now and then. An old list is better than none. */
  offered(ref: ServerRef, timeoutMs: number): Promise<readonly OfferedTool[]> {
    const known = this.#lists.get(ref.key);
    if (known !== undefined && performance.now() - known.at < LIST_MS) return known.tools;
    const asked = ask(ref, timeoutMs, (closing) => this.#wait(closing)).then((tools) => {
      this.answered(ref);
      return tools;
    });
    const tools = known === undefined ? asked : asked.catch(() => known.tools);
    const entry = { at: performance.now(), tools };
    this.#lists.delete(ref.key);
    this.#lists.set(ref.key, entry);
    const oldest = this.#lists.keys().next();
    if (this.#lists.size > LISTS && oldest.done !== true) this.#lists.delete(oldest.value);
    tools.catch(() => {
      if (this.#lists.get(ref.key) === entry) this.#lists.delete(ref.key);
    });
    return tools;
  }

  /** The list of a server may have changed. */
  forgetList({ key }: ServerRef): void {
    const known = this.#lists.get(key);
    if (known !== undefined) this.#lists.set(key, { ...known, at: -LIST_MS });
  }

  /** A server has answered, with whatever it had to say. */
  answered({ source }: ServerRef): void {
    if (source !== undefined) this.#heard(source);
  }

  session({ key, target }: ServerRef, jobId: string): McpSession {
    const sessions = target.server.session === 'shared' ? this.#shared : this.#sessionsOf(jobId);
    const session = sessions.get(key) ?? new McpSession(target);
    sessions.set(key, session);
    return session;
  }

  /** Closes the sessions of a job; `close` waits for that. */
  endJob(jobId: string): void {
    const sessions = this.#ofJobs.get(jobId);
    this.#ofJobs.delete(jobId);
    for (const session of sessions?.values() ?? []) this.#wait(session.close());
  }

  async close(): Promise<void> {
    for (const jobId of this.#ofJobs.keys()) this.endJob(jobId);
    for (const session of this.#shared.values()) this.#wait(session.close());
    await Promise.all(this.#closing);
  }

  #wait(closing: Promise<void>): void {
    this.#closing.add(closing);
    void closing.finally(() => this.#closing.delete(closing));
  }

  #sessionsOf(jobId: string): Map<string, McpSession> {
    const sessions = this.#ofJobs.get(jobId) ?? new Map<string, McpSession>();
    this.#ofJobs.set(jobId, sessions);
    return sessions;
  }
}

function labelOf(name: string, server: McpServer): string {
  return 'url' in server ? `"${name}" at ${new URL(server.url).origin}` : `"${name}"`;
}

/** Asks in a session of its own, which ends with the answer or with the time. */
async function ask(
  ref: ServerRef,
  timeoutMs: number,
  closed: (closing: Promise<void>) => void,
): Promise<readonly OfferedTool[]> {
  try {
    const { client, close } = await connect(ref.target, timeoutMs);
    try {
      return await listTools(client, AbortSignal.timeout(timeoutMs));
    } finally {
      closed(close().catch(() => {}));
    }
  } catch (error) {
    throw unavailable(error, 'list the tools', ref);
  }
}
