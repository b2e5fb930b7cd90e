import { MemorySaver } from '@langchain/langgraph';
import { buildGraph } from '../../worker/agents/execution/build-graph.ts';
import { parseDefinition } from '../../worker/agents/definition/parse.ts';
import { Toolbox } from '../../worker/agents/tools/toolbox.ts';
import { settings } from '../agents/fixture.ts';
import { definition, doubleTool } from '../servers/job.ts';

/** The graph that a worker makes of the test definition, for the reference server to run; it brings a checkpointer of its own. */
const own = settings(process.env['OPENAI_BASE_URL'] ?? '');
const capabilities = {
  providers: ['openai'],
  defaultModel: undefined,
  defaultFallbacks: [],
  python: false,
  headerVariables: [],
  mcpServers: [],
  mayCall: () => false,
};
const parsed = parseDefinition(definition([doubleTool]), capabilities);
if (parsed.kind !== 'definition') throw new Error(`expected a definition, got ${JSON.stringify(parsed)}`);
const toolbox = new Toolbox(own, () => {});
const offers = await toolbox.offers(parsed.definition);
const tools = await toolbox.toolsOf(parsed.definition, offers);

export const graph = await buildGraph(parsed.definition, tools, own, new MemorySaver(), false);
