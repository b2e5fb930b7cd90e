import type { StructuredTool } from '@langchain/core/tools';
import { Failure } from '../../jobs/rules/failures.ts';
import type { Definition, NodeSpec, ToolRuntime, ToolSpec } from '../definition/definition.ts';
import type { ToolFace } from './langchain-tool.ts';
import type { Heard, McpServers, ServerRef } from './mcp/servers.ts';
import type { OfferedTool } from './mcp/tool-list.ts';
import { checked } from './arguments/checked.ts';
import type { ArgumentsAnswer, ArgumentsCall } from './arguments/messages.ts';
import type { QuickjsAnswer, QuickjsCall } from './quickjs/messages.ts';
import { ThreadPool } from './threads/pool.ts';
import { quickjsTool } from './quickjs/tool.ts';
import type { AgentSettings } from '../settings.ts';
import { ToolError } from './tool-call.ts';
import type { RunTool } from './tool-call.ts';

/** A tool that can be run: what the model is told of it and what runs it. */
interface RunnableTool {
  readonly face: ToolFace;
  readonly run: RunTool;
}

/** What the servers of a definition offer now; `version` changes with it. */
export interface Offers {
  readonly version: string;
  readonly byTool: ReadonlyMap<string, readonly OfferedTool[]>;
}

/** The tools that a node can call, beside those that every agent has. */
export type ToolsOf = (node: NodeSpec) => StructuredTool[];

/** Makes the tools of definitions, and owns the threads and connections that they run on. */
export class Toolbox {
  readonly #settings: AgentSettings;
  readonly #heard: Heard;
  readonly #scripts = new ThreadPool<QuickjsCall, QuickjsAnswer>('quickjs');
  readonly #arguments = new ThreadPool<ArgumentsCall, ArgumentsAnswer>('arguments', 1);
  #servers: Promise<McpServers> | undefined;

  /** `heard` is told of each tool server that has answered. */
  constructor(settings: AgentSettings, heard: Heard) {
    this.#settings = settings;
    this.#heard = heard;
  }

  /** What the servers offer that nodes of the definition use. Throws Failure when one cannot be asked that is not optional. */
  async offers(definition: Definition): Promise<Offers> {
    const found = await Promise.all(usedTools(definition).map((spec) => this.#offered(spec)));
    const byTool = new Map(found.flatMap((one) => (one === undefined ? [] : [one])));
    return { version: JSON.stringify([...byTool]), byTool };
  }

  /** The tools of each node of a definition. Throws Failure when one cannot be had. */
  async toolsOf(definition: Definition, offers: Offers): Promise<ToolsOf> {
    const [{ langchainTool }, { responseTool }] = await Promise.all([
      import('./langchain-tool.ts'),
      import('./response-tool.ts'),
    ]);
    const nodes = [definition.orchestrator, ...definition.specialists];
    const fields = new Set(nodes.flatMap((node) => [...node.fields.keys()]));
    const specs = usedTools(definition).filter(
      ({ name, runtime }) => runtime.kind !== 'mcp' || offers.byTool.has(name),
    );
    const tools = await Promise.all(specs.map((spec) => this.#tool(spec, fields, offers)));
    const byName = new Map(
      tools.map(({ face, run }) => [
        face.name,
        langchainTool(face, checked(run, face.parameters, this.#arguments), fields),
      ]),
    );
    return ({ tools: names, responseFormat: format }) => [
      ...names.flatMap((name) => byName.get(name) ?? []),
      ...(format === undefined ? [] : [responseTool(format, this.#arguments)]),
    ];
  }

  /** Takes down what a job has opened. */
  async endJob(jobId: string): Promise<void> {
    const servers = await this.#servers;
    servers?.endJob(jobId);
  }

  async close(): Promise<void> {
    const servers = await this.#servers;
    await Promise.all([this.#scripts.close(), this.#arguments.close(), servers?.close()]);
  }

  async #offered(spec: ToolSpec): Promise<readonly [string, readonly OfferedTool[]] | undefined> {
    const { name, runtime } = spec;
    if (runtime.kind !== 'mcp') return undefined;
    const servers = await this.#mcpServers();
    try {
      const ref = serverOf(servers, runtime);
      const all = await servers.offered(ref, this.#settings.toolTimeoutMs);
      // Of a long list only what decides over this tool, or explains why there is none.
      const own = all.filter((one) => one.name === runtime.tool);
      return [name, own.length > 0 ? own : all];
    } catch (error) {
      if (runtime.optional && error instanceof Failure) return undefined;
      throw error;
    }
  }

  #tool(spec: ToolSpec, fields: ReadonlySet<string>, offers: Offers): Promise<RunnableTool> {
    const { runtime } = spec;
    switch (runtime.kind) {
      case 'quickjs':
        return Promise.resolve(this.#quickjs(spec, runtime, fields));
      case 'python':
        return this.#python(spec, runtime.script, fields);
      case 'mcp':
        return this.#mcp(spec, runtime, offers.byTool.get(spec.name) ?? []);
    }
  }

  #quickjs(
    spec: ToolSpec,
    runtime: ToolRuntime & { readonly kind: 'quickjs' },
    fields: ReadonlySet<string>,
  ): RunnableTool {
    const { toolTimeoutMs, toolMemoryMb } = this.#settings;
    const limits = {
      timeoutMs: Math.min(runtime.timeoutMs ?? toolTimeoutMs, toolTimeoutMs),
      memoryMb: toolMemoryMb,
    };
    const face = { name: spec.name, description: spec.description ?? '', parameters: spec.parameters };
    return { face, run: quickjsTool(runtime.script, limits, fields, this.#scripts) };
  }

  async #python(spec: ToolSpec, script: string, fields: ReadonlySet<string>): Promise<RunnableTool> {
    const { pythonFace, pythonTool } = await import('./python/tool.ts');
    const limits = { timeoutMs: this.#settings.toolTimeoutMs, memoryMb: this.#settings.toolMemoryMb };
    try {
      const face = await pythonFace(spec, script, limits);
      return { face, run: pythonTool(spec.name, script, limits, fields) };
    } catch (error) {
      if (!(error instanceof ToolError)) throw error;
      throw new Failure('TOOL_FAILED', error.message, { cause: error });
    }
  }

  async #mcp(
    spec: ToolSpec,
    runtime: ToolRuntime & { readonly kind: 'mcp' },
    offered: readonly OfferedTool[],
  ): Promise<RunnableTool> {
    const { mcpFace, mcpTool } = await import('./mcp/tool.ts');
    const servers = await this.#mcpServers();
    const ref = serverOf(servers, runtime);
    const most = ref.target.server.timeoutMs ?? this.#settings.toolTimeoutMs;
    const timeoutMs = Math.min(runtime.timeoutMs ?? most, most);
    const face = mcpFace(spec, runtime.tool, offered);
    return { face, run: mcpTool(runtime.tool, timeoutMs, ref, servers) };
  }

  #mcpServers(): Promise<McpServers> {
    this.#servers ??= import('./mcp/servers.ts').then(
      ({ McpServers }) => new McpServers(this.#settings, this.#heard),
    );
    return this.#servers;
  }
}

function serverOf(servers: McpServers, { server, url }: ToolRuntime & { readonly kind: 'mcp' }): ServerRef {
  const ref = servers.find(server, url);
  if (ref === undefined) throw new Failure('UNKNOWN_PROVIDER', `the worker has no MCP server "${server}"`);
  return ref;
}

/** Tools that no node lists are nobody's, and their servers need not be there. */
function usedTools({ orchestrator, specialists, tools }: Definition): readonly ToolSpec[] {
  const listed = new Set([orchestrator, ...specialists].flatMap((node) => node.tools));
  return [...tools.values()].filter(({ name }) => listed.has(name));
}
