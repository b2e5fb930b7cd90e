import type { JsonObject } from '../../json.ts';
import type { CallTimes } from '../model/wire/watch.ts';

/** Which model speaks for a node. */
export interface ModelSpec {
  readonly provider: string;
  readonly model: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
  /** Which of OpenAI's two APIs; the worker's own when absent. */
  readonly api?: OpenaiApi;
  readonly reasoningEffort?: string;
  /** Of each request, by name in lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Headers by name in lower case, each with the variable that holds its value. */
  readonly headerVariables?: Readonly<Record<string, string>>;
  /** What the worker says of the others. */
  readonly times?: Partial<CallTimes>;
}

/** Chat completions, which every compatible server has, or responses. */
export type OpenaiApi = 'chat' | 'responses';

/** What a person may make of a call: let it run, let it run with other arguments, or answer it in the place of the tool. */
export type Decision = 'approve' | 'edit' | 'reject';

/** What is decided on calls that nobody has decided on in time. */
export interface Unanswered {
  readonly afterMs: number;
  readonly decision: Exclude<Decision, 'edit'>;
  /** What the agent is told with a refusal. */
  readonly message: string | undefined;
}

/** How a field of the state joins an update with what it holds. */
export type FieldType = 'list' | 'dict' | 'str' | 'int';

/** One agent: the orchestrator or a specialist. */
export interface NodeSpec {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly systemPrompt: string;
  readonly model: ModelSpec;
  /** Asked in its place while it is away, in this order. */
  readonly fallbacks: readonly ModelSpec[];
  readonly tools: readonly string[];
  readonly todos: boolean;
  /** What a person may decide on calls of a tool, by its name, before they run. */
  readonly interruptOn: ReadonlyMap<string, readonly Decision[]>;
  readonly fields: ReadonlyMap<string, FieldType>;
  /** Files that stand in its prompt, and that it keeps up to date. */
  readonly memory: readonly string[];
  /** Folders of skills. */
  readonly skills: readonly string[];
  /** JSON Schema of its answer, where that is to be an object. */
  readonly responseFormat?: JsonObject;
}

/** How a tool runs. */
export type ToolRuntime =
  | { readonly kind: 'quickjs'; readonly script: string; readonly timeoutMs: number | undefined }
  | { readonly kind: 'python'; readonly script: string }
  | {
      readonly kind: 'mcp';
      readonly server: string | undefined;
      readonly url: string | undefined;
      readonly tool: string;
      readonly timeoutMs: number | undefined;
      /** Whether agents go on without the tool where its server cannot be asked. */
      readonly optional: boolean;
    };

export interface ToolSpec {
  readonly name: string;
  readonly description: string | undefined;
  /** JSON Schema of the arguments. */
  readonly parameters: JsonObject | undefined;
  readonly runtime: ToolRuntime;
}

/** A definition that passed every check. */
export interface Definition {
  readonly orchestrator: NodeSpec;
  readonly specialists: readonly NodeSpec[];
  readonly tools: ReadonlyMap<string, ToolSpec>;
  /** Folders whose files the store keeps, each with the namespace there. */
  readonly routes: ReadonlyMap<string, string>;
  /** Texts of the files that come with it, by path. */
  readonly files: ReadonlyMap<string, string>;
  /** Absent where questions wait for ever. */
  readonly unanswered?: Unanswered;
}

/** What this worker can do for a definition. */
export interface Capabilities {
  /** Names of the providers that are configured. */
  readonly providers: readonly string[];
  /** For nodes that name no model. */
  readonly defaultModel: string | undefined;
  /** For models that name none to take their place; of providers that are configured. */
  readonly defaultFallbacks: readonly ModelSpec[];
  /** Whether Python tools run at all. */
  readonly python: boolean;
  /** Names of the variables that hold values of headers; undefined where that is not known. */
  readonly headerVariables: readonly string[] | undefined;
  /** Names of the MCP servers that are configured. */
  readonly mcpServers: readonly string[];
  /** Names of the agents written in code that the worker has; none when absent. */
  readonly coded?: readonly string[];
  /** Whether a definition may name an MCP server by this address. */
  mayCall(url: string): boolean;
}
