import type { StructuredTool } from '@langchain/core/tools';
import { Failure } from '../../jobs/failures.ts';
import type { Definition, ToolRuntime, ToolSpec } from '../definition/definition.ts';
import type { ToolFace } from './langchain-tool.ts';
import type { McpClient } from './mcp/client.ts';
import { QuickjsPool } from './quickjs/pool.ts';
import { quickjsTool } from './quickjs/tool.ts';
import type { AgentSettings } from '../settings.ts';
import { ToolError, type RunTool } from './tool-call.ts';

/** A tool that is ready: what the model is told of it and what runs it. */
interface ReadyTool {
  readonly face: ToolFace;
  readonly run: RunTool;
}

/** Makes the tools of definitions, and owns the threads and connections that they run on. */
export class Toolbox {
  readonly #settings: AgentSettings;
  readonly #scripts = new QuickjsPool();
  readonly #servers = new Map<string, McpClient>();

  constructor(settings: AgentSettings) {
    this.#settings = settings;
  }

  /** The tools of a definition by name. Throws Failure when one cannot be had. */
  async toolsOf(definition: Definition): Promise<ReadonlyMap<string, StructuredTool>> {
    const { langchainTool } = await import('./langchain-tool.ts');
    const nodes = [definition.orchestrator, ...definition.specialists];
    const fields = new Set(nodes.flatMap((node) => [...node.fields.keys()]));
    const specs = [...definition.tools.values()];
    const ready = await Promise.all(specs.map((spec) => this.#ready(spec, fields)));
    return new Map(ready.map(({ face, run }) => [face.name, langchainTool(face, run)]));
  }

  async close(): Promise<void> {
    await Promise.all([
      this.#scripts.close(),
      ...[...this.#servers.values()].map((server) => server.close()),
    ]);
  }

  #ready(spec: ToolSpec, fields: ReadonlySet<string>): Promise<ReadyTool> {
    const { runtime } = spec;
    switch (runtime.kind) {
      case 'quickjs':
        return Promise.resolve(this.#quickjs(spec, runtime, fields));
      case 'python':
        return this.#python(spec, runtime.script, fields);
      case 'mcp':
        return this.#mcp(spec, runtime);
    }
  }

  #quickjs(
    spec: ToolSpec,
    runtime: ToolRuntime & { readonly kind: 'quickjs' },
    fields: ReadonlySet<string>,
  ): ReadyTool {
    const { toolTimeoutMs, toolMemoryMb } = this.#settings;
    const limits = {
      timeoutMs: Math.min(runtime.timeoutMs ?? toolTimeoutMs, toolTimeoutMs),
      memoryMb: toolMemoryMb,
    };
    const face = { name: spec.name, description: spec.description ?? '', parameters: spec.parameters };
    return { face, run: quickjsTool(runtime.script, limits, fields, this.#scripts) };
  }

  async #python(spec: ToolSpec, script: string, fields: ReadonlySet<string>): Promise<ReadyTool> {
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

  async #mcp(spec: ToolSpec, runtime: ToolRuntime & { readonly kind: 'mcp' }): Promise<ReadyTool> {
    const { mcpFace, mcpTool } = await import('./mcp/tool.ts');
    const timeoutMs = this.#settings.toolTimeoutMs;
    const client = await this.#server(runtime.server, runtime.url);
    const face = mcpFace(spec, runtime.tool, await client.tools(timeoutMs));
    return { face, run: mcpTool(runtime.tool, timeoutMs, client) };
  }

  /** The client of a server that the operator named, or of one that a definition gives the address of. */
  async #server(name: string | undefined, url: string | undefined): Promise<McpClient> {
    const { McpClient } = await import('./mcp/client.ts');
    const server = name === undefined ? { url: url ?? '', headers: {} } : this.#settings.mcpServers?.[name];
    if (server === undefined)
      throw new Failure('INVALID_DEFINITION', `the worker has no MCP server "${name}"`);
    const key = name === undefined ? `url ${server.url}` : `name ${name}`;
    const client = this.#servers.get(key) ?? new McpClient(server);
    this.#servers.set(key, client);
    return client;
  }
}
