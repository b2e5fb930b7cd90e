import type { Problem } from '../../ports.ts';
import type { Capabilities } from './definition.ts';
import { folderProblems, sourceProblems } from './folders.ts';
import { modelProblems } from './model-rules.ts';
import { parameterProblems } from './parameter-rules.ts';
import { responseFormatProblems } from './response-format.ts';
import { kindOf, orchestratorOf } from './shape.ts';
import type { DefinitionShape, NodeShape, ToolShape } from './shape.ts';
import { unansweredProblems } from './unanswered.ts';

/** Tools that every agent has (deepagents 1.14); one of the definition may not take their place. */
const BUILT_IN_TOOLS: ReadonlySet<string> = new Set(
  (
    'ls read_file write_file edit_file delete glob grep execute task write_todos ' +
    'start_async_task check_async_task update_async_task cancel_async_task list_async_tasks'
  ).split(' '),
);

/** Fields of the state that LangGraph, LangChain and deepagents keep for themselves. */
const BUILT_IN_FIELDS: ReadonlySet<string> = new Set(
  (
    'messages files todos structuredResponse jumpTo skillsMetadata memoryContents ' +
    'threadModelCallCount runModelCallCount threadToolCallCount runToolCallCount'
  ).split(' '),
);

// The rule of OpenAI and Anthropic for the names of functions.
const TOOL_NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const FIELD_NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;

/** What a schema cannot say: which names must differ, exist, or be free, and what this worker can do. */
export function definitionProblems(shape: DefinitionShape, capabilities: Capabilities): readonly Problem[] {
  const tools = shape.tool_definitions ?? [];
  const toolNames = new Set(tools.map((tool) => tool.name));
  return [
    ...repeated(tools, 'tool_definitions', 'name', (tool) => tool.name),
    ...tools.flatMap((tool, index) => toolProblems(tool, `tool_definitions[${index}]`, capabilities)),
    ...repeated(shape.nodes, 'nodes', 'id', (node) => node.id),
    ...repeated(shape.nodes, 'nodes', 'config.name', (node) => node.config.name),
    ...orchestratorProblems(shape.nodes),
    ...shape.nodes.flatMap((node, index) =>
      nodeProblems(node, `nodes[${index}].config`, toolNames, capabilities),
    ),
    ...fieldProblems(shape.nodes),
    ...edgeProblems(shape),
    ...unansweredProblems(shape),
    ...folderProblems(shape),
    ...shape.nodes.flatMap(({ config }, index) =>
      sourceProblems(
        config,
        `nodes[${index}].config`,
        Object.keys(shape.files ?? {}),
        index === orchestratorOf(shape.nodes),
      ),
    ),
  ];
}

function repeated<T>(
  items: readonly T[],
  list: string,
  key: string,
  nameOf: (item: T) => string,
): readonly Problem[] {
  const first = new Map<string, number>();
  return items.flatMap((item, index) => {
    const name = nameOf(item);
    const before = first.get(name);
    if (before === undefined) first.set(name, index);
    if (before === undefined) return [];
    return [{ path: `${list}[${index}].${key}`, message: `"${name}" is taken by ${list}[${before}]` }];
  });
}

function toolProblems(tool: ToolShape, path: string, capabilities: Capabilities): readonly Problem[] {
  const problems: Problem[] = [];
  const add = (at: string, message: string): void => void problems.push({ path: `${path}.${at}`, message });
  if (!TOOL_NAME.test(tool.name)) {
    add('name', `"${tool.name}" must be 1 to 64 letters, digits, "_" or "-"`);
  }
  if (BUILT_IN_TOOLS.has(tool.name)) {
    add('name', `"${tool.name}" is a tool that every agent has already; choose another name`);
  }
  // LangChain takes calls of such tools for structured answers and never runs them.
  if (tool.name.startsWith('extract-')) add('name', `"${tool.name}" must not start with "extract-"`);
  const kind = kindOf(tool.runtime);
  if (kind === 'quickjs' && !tool.description)
    add('description', 'is required, so that the model knows the tool');
  if (kind === 'mcp') {
    const { server, url } = tool.runtime;
    if ((server === undefined) === (url === undefined)) add('runtime', 'expected either `server` or `url`');
    if (typeof url === 'string' && !capabilities.mayCall(url)) {
      add('runtime.url', 'is no address that this worker lets definitions call (MCP_ALLOWED_URLS)');
    }
    if (typeof server === 'string' && !capabilities.mcpServers.includes(server)) {
      add(
        'runtime.server',
        `"${server}" is not a server of this worker (MCP_SERVERS): ${known(capabilities.mcpServers)}`,
      );
    }
  }
  return [...problems, ...parameterProblems(tool.parameters ?? {}, `${path}.parameters`)];
}

function orchestratorProblems(nodes: readonly NodeShape[]): readonly Problem[] {
  const found = nodes.flatMap((node, index) => (node.type.toLowerCase() === 'orchestrator' ? [index] : []));
  return found.slice(1).map((index) => ({
    path: `nodes[${index}].type`,
    message: `nodes[${found[0]}] is the orchestrator already, and there can be one`,
  }));
}

function nodeProblems(
  node: NodeShape,
  path: string,
  tools: ReadonlySet<string>,
  capabilities: Capabilities,
): readonly Problem[] {
  const { config } = node;
  const problems = [
    ...modelProblems(config.model, `${path}.model`, capabilities),
    ...responseFormatProblems(node, path),
  ];
  for (const tool of Object.keys(config.interrupt_on ?? {})) {
    if (BUILT_IN_TOOLS.has(tool) || (config.tools ?? []).includes(tool)) continue;
    problems.push({ path: `${path}.interrupt_on.${tool}`, message: 'is no tool of this node' });
  }
  for (const [index, tool] of (config.tools ?? []).entries()) {
    if (tools.has(tool)) continue;
    const why = BUILT_IN_TOOLS.has(tool) ? 'every agent has it already' : 'tool_definitions has no such tool';
    problems.push({ path: `${path}.tools[${index}]`, message: `"${tool}" cannot be listed: ${why}` });
  }
  return problems;
}

function fieldProblems(nodes: readonly NodeShape[]): readonly Problem[] {
  const first = new Map<string, string>();
  return nodes.flatMap((node, index) =>
    Object.entries(node.config.state_schema ?? {}).flatMap(([name, { type }]) => {
      const path = `nodes[${index}].config.state_schema.${name}`;
      const before = first.get(name) ?? type;
      first.set(name, before);
      if (BUILT_IN_FIELDS.has(name)) return [{ path, message: 'is a field that every agent has already' }];
      if (!FIELD_NAME.test(name))
        return [{ path, message: 'must be letters, digits and "_", a letter first' }];
      if (before !== type) return [{ path, message: `is a ${before} in another node; a field has one type` }];
      return [];
    }),
  );
}

/** Edges change nothing, so that one which asks for what no agent here does is refused, not left aside. */
function edgeProblems(shape: DefinitionShape): readonly Problem[] {
  const ids = new Set(shape.nodes.map((node) => node.id));
  const orchestrator = shape.nodes[orchestratorOf(shape.nodes)]?.id;
  return (shape.edges ?? []).flatMap((edge, index) => {
    const unknown = (['source', 'target'] as const).filter((end) => !ids.has(edge[end]));
    if (unknown.length > 0)
      return unknown.map((end) => ({
        path: `edges[${index}].${end}`,
        message: `"${edge[end]}" is not the id of a node: ${known([...ids])}`,
      }));
    const isHandedOut = (edge.source === orchestrator) !== (edge.target === orchestrator);
    if (isHandedOut) return [];
    const message = `leads from "${edge.source}" to "${edge.target}", but tasks go from the orchestrator "${orchestrator}" to specialists, and answers back: say in its prompt who comes after whom`;
    return [{ path: `edges[${index}]`, message }];
  });
}

function known(names: readonly string[]): string {
  return names.length === 0
    ? 'there are none'
    : `expected one of ${names.map((name) => `"${name}"`).join(', ')}`;
}
