/** A server of models and the key that opens it. */
export interface ModelServer {
  readonly apiKey: string | undefined;
  /** The provider's own address when undefined. */
  readonly baseUrl: string | undefined;
}

/** A server of tools that the operator of the worker vouches for. */
export interface McpServer {
  readonly url: string;
  /** Sent with each request; where credentials belong. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What agents may use and how far they may go. Times are milliseconds. */
export interface AgentSettings {
  readonly openai: ModelServer;
  readonly anthropic: ModelServer;
  /** Model of nodes that name none. */
  readonly defaultModel: string | undefined;
  /** Steps of one graph. */
  readonly recursionLimit: number;
  /** Tokens of one job, all its agents together; 0 is no limit. */
  readonly tokenBudget: number;
  readonly toolTimeoutMs: number;
  /** MiB that one QuickJS or Python tool may use. */
  readonly toolMemoryMb: number;
  readonly python: 'off' | 'subprocess';
  /** Servers that definitions may name; none when absent. */
  readonly mcpServers?: Readonly<Record<string, McpServer>>;
}
