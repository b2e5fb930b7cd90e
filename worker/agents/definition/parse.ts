import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import type { Json, JsonObject } from '../../json.ts';
import type { Problem } from '../../ports.ts';
import { codedName } from '../coded/coded-definition.ts';
import { withEnd } from './folders.ts';
import { modelSpecs } from './model-spec.ts';
import { definitionProblems } from './rules.ts';
import { runtimeSchemas } from './runtime-schemas.ts';
import { definitionSchema } from './schema.ts';
import { kindOf, orchestratorOf } from './shape.ts';
import type { DefinitionShape, NodeShape, ToolShape } from './shape.ts';
import type { Capabilities, Definition, NodeSpec, ToolRuntime, ToolSpec } from './definition.ts';
import { schemaProblems } from './schema-problems.ts';
import { unansweredOf } from './unanswered.ts';

export type Parsed =
  | { readonly kind: 'definition'; readonly definition: Definition }
  /** An agent written in code, by its name. */
  | { readonly kind: 'coded'; readonly name: string }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

/** What a job can run. */
export type Readable = Exclude<Parsed, { kind: 'problems' }>;

interface Validators {
  readonly definition: ValidateFunction;
  readonly runtimes: ReadonlyMap<string, ValidateFunction>;
}

let compiled: Validators | undefined;

/** Reads a definition, or says all that is wrong with it. Whether a rule holds may depend on what the worker can do. */
export function parseDefinition(json: JsonObject, capabilities: Capabilities): Parsed {
  const name = codedName(json);
  if (name !== undefined) return codedParsed(name, capabilities);
  const validators = (compiled ??= compile());
  if (!validators.definition(json)) {
    return { kind: 'problems', problems: schemaProblems(validators.definition.errors) };
  }
  // The schema vouches for the shape from here on.
  const shape = json as unknown as DefinitionShape;
  const problems = [
    ...runtimeProblems(shape, validators, capabilities),
    ...definitionProblems(shape, capabilities),
  ];
  if (problems.length > 0) return { kind: 'problems', problems };
  return { kind: 'definition', definition: normalise(shape, capabilities) };
}

function codedParsed(name: string, { coded = [] }: Capabilities): Parsed {
  if (coded.includes(name)) return { kind: 'coded', name };
  const there = coded.length === 0 ? 'it has none' : `it has ${coded.join(', ')}`;
  const message = `"${name}" is no agent in code of this worker: ${there}`;
  return { kind: 'problems', problems: [{ path: 'graph', message }] };
}

/**
 * All that is wrong with a definition, also where its shape is wrong already; the rules about what fits together are judged as far
 * as the shape lets them.
 */
export function allProblems(json: JsonObject, capabilities: Capabilities): readonly Problem[] {
  const validators = (compiled ??= compile());
  const shaped = validators.definition(json) ? [] : schemaProblems(validators.definition.errors);
  const shape = json as unknown as DefinitionShape;
  const judge = (rule: () => readonly Problem[]): readonly Problem[] => {
    try {
      return rule();
    } catch (error) {
      // A rule that stumbles over a field of the wrong shape has nothing to say that was not said of the shape.
      if (shaped.length === 0) throw error;
      return [];
    }
  };
  const judged = [
    ...judge(() => runtimeProblems(shape, validators, capabilities)),
    ...judge(() => definitionProblems(shape, capabilities)),
  ];
  const told = new Set(shaped.map(({ path }) => path));
  return [...shaped, ...judged.filter(({ path }) => !told.has(path))];
}

function compile(): Validators {
  const ajv = new Ajv({ allErrors: true, strict: false });
  const runtimes = Object.entries(runtimeSchemas).map(
    ([kind, schema]) => [kind, ajv.compile(schema)] as const,
  );
  return { definition: ajv.compile(definitionSchema), runtimes: new Map(runtimes) };
}

function runtimeProblems(
  shape: DefinitionShape,
  validators: Validators,
  capabilities: Capabilities,
): readonly Problem[] {
  return (shape.tool_definitions ?? []).flatMap((tool, index) => {
    const kind = kindOf(tool.runtime);
    const path = `tool_definitions[${index}].runtime`;
    if (kind === 'python' && !capabilities.python) return [{ path, message: refusal(tool.runtime) }];
    const validate = validators.runtimes.get(kind);
    return validate === undefined || validate(tool.runtime) ? [] : schemaProblems(validate.errors, path);
  });
}

function refusal(runtime: JsonObject): string {
  const what = 'kind' in runtime ? 'is a Python script' : 'has no `kind`, so it is a Python script';
  return `${what}, which this worker does not run: use "kind": "quickjs" or "mcp", or set TOOL_PYTHON=subprocess on a worker for definitions you trust`;
}

function normalise(shape: DefinitionShape, capabilities: Capabilities): Definition {
  const nodes = shape.nodes.map((node) => nodeSpec(node, capabilities));
  const at = orchestratorOf(shape.nodes);
  const [orchestrator] = nodes.splice(at, 1);
  if (orchestrator === undefined) throw new Error('the schema lets no definition without nodes through');
  const tools = (shape.tool_definitions ?? []).map((tool) => [tool.name, toolSpec(tool)] as const);
  const unanswered = unansweredOf(shape);
  const routes = Object.entries(shape.backend?.routes ?? {});
  return {
    orchestrator,
    specialists: nodes,
    tools: new Map(tools),
    routes: new Map(routes.map(([folder, { namespace }]) => [folder, namespace])),
    files: new Map(Object.entries(shape.files ?? {})),
    ...(unanswered && { unanswered }),
  };
}

/** The predecessor's rule: a specialist without a description is introduced by the start of its prompt. */
const DESCRIPTION_FROM_PROMPT = 200;

function nodeSpec({ id, config }: NodeShape, capabilities: Capabilities): NodeSpec {
  const fields = Object.entries(config.state_schema ?? {}).map(
    ([name, field]) => [name, field.type] as const,
  );
  return {
    id,
    name: config.name,
    description: config.description ?? config.system_prompt.slice(0, DESCRIPTION_FROM_PROMPT),
    systemPrompt: config.system_prompt,
    ...modelSpecs(config.model, capabilities),
    tools: config.tools ?? [],
    todos: config.todos ?? false,
    interruptOn: new Map(Object.entries(config.interrupt_on ?? {})),
    fields: new Map(fields),
    memory: config.memory ?? [],
    skills: (config.skills ?? []).map(withEnd),
    ...(config.response_format !== undefined && { responseFormat: config.response_format }),
  };
}

function toolSpec({ name, description, parameters, runtime }: ToolShape): ToolSpec {
  return { name, description, parameters, runtime: runtimeSpec(name, runtime) };
}

function runtimeSpec(name: string, runtime: JsonObject): ToolRuntime {
  switch (kindOf(runtime)) {
    case 'quickjs': {
      const timeoutMs = secondsOf(runtime['timeout_seconds']);
      return { kind: 'quickjs', script: textOf(runtime['script']) ?? '', timeoutMs };
    }
    case 'mcp':
      return {
        kind: 'mcp',
        server: textOf(runtime['server']),
        url: textOf(runtime['url']),
        tool: textOf(runtime['tool']) ?? name,
        timeoutMs: secondsOf(runtime['timeout_seconds']),
        optional: runtime['optional'] === true,
      };
    case 'python':
      return { kind: 'python', script: textOf(runtime['script']) ?? '' };
  }
}

/** Seconds of a definition in milliseconds. */
function secondsOf(value: Json | undefined): number | undefined {
  return typeof value === 'number' ? value * 1000 : undefined;
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
