import type { RunnableConfig } from '@langchain/core/runnables';
import type { RunControl, StateSnapshot } from '@langchain/langgraph';
import type { BaseCheckpointSaver, BaseStore } from '@langchain/langgraph-checkpoint';
import type { InterruptOnConfig } from 'langchain';
import { createDeepAgent, GENERAL_PURPOSE_SUBAGENT } from 'deepagents';
import type { SubAgent } from 'deepagents';
import type { Definition, NodeSpec } from '../definition/definition.ts';
import { filesOf } from '../items/backend.ts';
import { nodeMiddleware } from '../model/middleware.ts';
import { nodeModels } from '../model/model.ts';
import type { GraphEvent } from './run-stream.ts';
import type { AgentSettings } from '../settings.ts';
import type { ToolsOf } from '../tools/toolbox.ts';

/** How a graph is run here. */
export interface GraphConfig extends RunnableConfig {
  readonly durability: 'sync';
  readonly control: RunControl;
  readonly interruptBefore?: string[] | '*';
  readonly interruptAfter?: string[] | '*';
  /** What `runtime.store` and `getStore()` are. */
  readonly store?: BaseStore;
}

/** A compiled agent. It keeps nothing of a run, so that one serves all jobs with the same definition at once. */
export interface AgentGraph {
  invoke(input: object | null, config: GraphConfig): Promise<Readonly<Record<string, unknown>>>;
  stream(
    input: object | null,
    config: GraphConfig & { readonly streamMode: string[]; readonly subgraphs: boolean },
  ): Promise<AsyncIterable<readonly unknown[]>>;
  streamEvents(
    input: object | null,
    config: GraphConfig & { readonly version: 'v2'; readonly streamMode: string[] },
  ): AsyncIterable<GraphEvent>;
  getState(config: RunnableConfig, options?: { readonly subgraphs?: boolean }): Promise<StateSnapshot>;
  getStateHistory(
    config: RunnableConfig,
    options: { readonly limit: number; readonly before?: RunnableConfig; readonly filter?: object },
  ): AsyncIterable<StateSnapshot>;
  updateState(config: RunnableConfig, values: unknown, asNode?: string): Promise<RunnableConfig>;
}

/** Builds the agent of a definition: the orchestrator as a deep agent, the specialists as its sub-agents. */
export async function buildGraph(
  definition: Definition,
  toolsOf: ToolsOf,
  settings: AgentSettings,
  checkpointer: BaseCheckpointSaver,
  longInput: boolean,
): Promise<AgentGraph> {
  const { orchestrator, specialists } = withSharedFields(definition);
  const backend = filesOf(definition);
  const models = await nodeModels(orchestrator, settings);
  const subAgent = async (node: NodeSpec): Promise<SubAgent> => {
    const own = await nodeModels(node, settings);
    return {
      name: node.name,
      description: node.description,
      systemPrompt: node.systemPrompt,
      model: own[0].client,
      tools: toolsOf(node),
      ...interruptsOf(node),
      middleware: nodeMiddleware(node, own, backend, false),
    };
  };
  const subAgents = await Promise.all(specialists.map(subAgent));
  const agent = createDeepAgent({
    model: models[0].client,
    name: orchestrator.name,
    systemPrompt: orchestrator.systemPrompt,
    tools: toolsOf(orchestrator),
    ...interruptsOf(orchestrator),
    subagents: withGeneralist(subAgents, await subAgent(generalist(orchestrator))),
    middleware: nodeMiddleware(orchestrator, models, backend, longInput),
    backend,
    checkpointer,
  });
  // The agent around the graph would read the checkpoint once more, for defaults that this middleware does not have.
  return agent.graph as unknown as AgentGraph;
}

/** Without a tool to ask about there is nothing to add: looking for questions is a step of its own, with a checkpoint. */
function interruptsOf({ interruptOn }: NodeSpec): { interruptOn?: Record<string, InterruptOnConfig> } {
  if (interruptOn.size === 0) return {};
  const asking = [...interruptOn].map(([tool, decisions]): [string, InterruptOnConfig] => [
    tool,
    { allowedDecisions: [...decisions] },
  ]);
  return { interruptOn: Object.fromEntries(asking) };
}

/** The helper that every deep agent can hand tasks to: as able as the orchestrator, with none of its instructions. */
function generalist(orchestrator: NodeSpec): NodeSpec {
  const { responseFormat: _, ...able } = orchestrator;
  return {
    ...able,
    name: GENERAL_PURPOSE_SUBAGENT.name,
    description: GENERAL_PURPOSE_SUBAGENT.description,
    systemPrompt: GENERAL_PURPOSE_SUBAGENT.systemPrompt,
    todos: false,
    memory: [],
  };
}

function withGeneralist(specialists: readonly SubAgent[], generalist: SubAgent): SubAgent[] {
  const taken = specialists.some((specialist) => specialist.name === generalist.name);
  return taken ? [...specialists] : [generalist, ...specialists];
}

/** What a specialist's tool puts into a declared field comes back to the orchestrator, which must have the field as well. */
function withSharedFields(definition: Definition): Pick<Definition, 'orchestrator' | 'specialists'> {
  const nodes = [definition.orchestrator, ...definition.specialists];
  const fields = new Map(nodes.flatMap((node) => [...node.fields]));
  return {
    orchestrator: { ...definition.orchestrator, fields },
    specialists: definition.specialists.map((node) => ({ ...node, fields })),
  };
}
