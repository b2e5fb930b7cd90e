import type { JsonObject } from '../../json.ts';
import type { Decision, FieldType, OpenaiApi, ToolRuntime } from './definition.ts';

/** A definition as the schema lets it through. */
export interface DefinitionShape {
  readonly tool_definitions?: readonly ToolShape[];
  readonly nodes: readonly NodeShape[];
  readonly unanswered?: {
    readonly after: string;
    readonly decision: 'approve' | 'reject';
    readonly message?: string;
  };
  readonly backend?: { readonly routes: Readonly<Record<string, { readonly namespace: string }>> };
  readonly files?: Readonly<Record<string, string>>;
  readonly edges?: readonly { readonly source: string; readonly target: string }[];
}

export interface ToolShape {
  readonly name: string;
  readonly description?: string;
  readonly parameters?: JsonObject;
  readonly runtime: JsonObject;
}

export interface ModelShape {
  readonly provider: string;
  readonly model?: string;
  readonly model_name?: string;
  readonly temperature?: number;
  readonly max_tokens?: number;
  readonly api?: OpenaiApi;
  readonly reasoning_effort?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly header_variables?: Readonly<Record<string, string>>;
  readonly timeouts?: {
    readonly first_byte_seconds?: number;
    readonly between_bytes_seconds?: number;
    readonly whole_seconds?: number;
  };
  readonly fallbacks?: readonly ModelShape[];
}

export interface NodeShape {
  readonly id: string;
  readonly type: string;
  readonly config: {
    readonly name: string;
    readonly description?: string;
    readonly system_prompt: string;
    readonly model: ModelShape;
    readonly tools?: readonly string[];
    readonly todos?: boolean;
    readonly response_format?: JsonObject;
    readonly interrupt_on?: Readonly<Record<string, readonly Decision[]>>;
    readonly memory?: readonly string[];
    readonly skills?: readonly string[];
    readonly state_schema?: Readonly<Record<string, { readonly type: FieldType }>>;
  };
}

/** The kind of a runtime. Definitions of old carry a Python script and say nothing of its kind. */
export function kindOf(runtime: JsonObject): ToolRuntime['kind'] {
  const kind = runtime['kind'];
  return kind === 'mcp' || kind === 'quickjs' ? kind : 'python';
}

/** Position of the node that receives the job. */
export function orchestratorOf(nodes: readonly NodeShape[]): number {
  const found = nodes.findIndex((node) => node.type.toLowerCase() === 'orchestrator');
  return found === -1 ? 0 : found;
}
