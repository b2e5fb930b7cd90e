import type { JsonObject } from '../json.ts';
import type { CodedAgents } from './coded/coded-agent.ts';
import type { ModelSpec, OpenaiApi } from './definition/definition.ts';
import type { Prices } from './model/prices.ts';
import type { CallTimes } from './model/wire/watch.ts';
import type { AddressPattern } from './tools/mcp/address-pattern.ts';

/** A server of models and the key that opens it. */
export interface ModelServer {
  readonly apiKey: string | undefined;
  /** The provider's own address when undefined. */
  readonly baseUrl: string | undefined;
}

/** Azure OpenAI. */
export interface AzureServer extends ModelServer {
  /** The API of this version in place of v1. */
  readonly apiVersion: string | undefined;
}

/** The Gemini API, by a key; Vertex AI, where there is a project. */
export interface GoogleServer extends ModelServer {
  readonly project?: string | undefined;
  /** `global` when undefined. */
  readonly location?: string | undefined;
  /** Those of a service account or of a federated identity; of the environment or the machine when undefined. */
  readonly credentials?: JsonObject | undefined;
}

/** Amazon Bedrock. Whose requests they are is looked for where AWS has it. */
export interface BedrockServer {
  readonly region: string;
  /** That of the region when undefined. */
  readonly baseUrl: string | undefined;
}

/** What is said of a server of tools, wherever it is. */
interface McpServerTerms {
  /** `shared` is for servers that keep nothing of a session: all jobs use one. Each job has its own when absent. */
  readonly session?: 'job' | 'shared';
  /** Longest call; `toolTimeoutMs` when absent. */
  readonly timeoutMs?: number;
}

/** A server of tools that the operator of the worker vouches for: an address, or a program that speaks over its pipes. */
export type McpServer = McpServerTerms &
  (
    | {
        readonly url: string;
        /** Sent with each request; where credentials belong. */
        readonly headers: Readonly<Record<string, string>>;
        /** Credentials for a token (OAuth client credentials), which go to this authorization server and to no other. */
        readonly oauth?: {
          readonly issuer: string;
          readonly clientId: string;
          readonly clientSecret: string;
          readonly scope?: string;
        };
      }
    | {
        readonly command: string;
        readonly args?: readonly string[];
        readonly env?: Readonly<Record<string, string>>;
      }
  );

/** What agents may use and how far they may go. Times are milliseconds. */
export interface AgentSettings {
  readonly openai: ModelServer;
  readonly anthropic: ModelServer;
  /** These three are not offered when absent. */
  readonly azure?: AzureServer | undefined;
  readonly google?: GoogleServer | undefined;
  readonly bedrock?: BedrockServer | undefined;
  /** The API of OpenAI models that name none; chat completions when absent. */
  readonly openaiApi?: OpenaiApi;
  /** Of OpenAI models that name none; left to the server when absent. */
  readonly reasoningEffort?: string | undefined;
  /** How long model servers are waited for. */
  readonly modelTimes?: CallTimes;
  /** Values of headers for models, by the names that definitions know them by; none when absent. */
  readonly headerVariables?: Readonly<Record<string, string>>;
  /** What models cost; nothing is said of it when absent. */
  readonly prices?: Prices | undefined;
  /** Model of nodes that name none. */
  readonly defaultModel: string | undefined;
  /** Asked in the place of models that name none; none when absent. */
  readonly defaultFallbacks?: readonly ModelSpec[];
  /** Steps of one graph. */
  readonly recursionLimit: number;
  /** Tokens of one job, all its agents together; 0 is no limit. */
  readonly tokenBudget: number;
  /** Calls of models that one job, all its agents together, may have under way. */
  readonly modelCalls: number;
  readonly toolTimeoutMs: number;
  /** MiB that one QuickJS or Python tool may use. */
  readonly toolMemoryMb: number;
  readonly python: 'off' | 'subprocess';
  /** Servers that definitions may name; none when absent. */
  readonly mcpServers?: Readonly<Record<string, McpServer>>;
  /** Addresses of servers that definitions may give themselves; none when absent. */
  readonly mcpAddresses?: readonly AddressPattern[] | 'any';
  /** Agents written in code that came with the worker; none when absent. */
  readonly coded?: CodedAgents;
}
