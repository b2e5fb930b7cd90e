import { runtimeSchemas } from '../worker/agents/definition/runtime-schemas.ts';
import { definitionSchema } from '../worker/agents/definition/schema.ts';
import { tableRow } from './table-row.ts';

/** As much of a JSON Schema as the definition's uses. */
interface Shape {
  readonly type?: string;
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly required?: readonly string[];
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly additionalProperties?: boolean | Shape;
}

function typeOf({ type, enum: values, const: value, items }: Shape): string {
  if (value !== undefined) return `\`${value}\``;
  if (values !== undefined) return values.map((each) => `\`${each}\``).join(', ');
  return type === 'array' && items?.type !== undefined ? `list of ${items.type}s` : (type ?? 'object');
}

function rows(shape: Shape, path: string): string[] {
  return Object.entries(shape.properties ?? {}).flatMap(([name, field]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const required = shape.required?.includes(name) === true ? 'required' : '';
    const inner =
      field.items ?? (typeof field.additionalProperties === 'object' ? field.additionalProperties : field);
    const innerPath = field.items === undefined ? (inner === field ? here : `${here}.*`) : `${here}[]`;
    return [
      tableRow([`\`${here}\``, typeOf(field), required, field.description ?? '']),
      ...rows(inner, innerPath),
    ];
  });
}

function table(shape: Shape): string {
  return ['| Field | Type | | Meaning |', '| --- | --- | --- | --- |', ...rows(shape, '')].join('\n');
}

const introduction = `# Agent definitions

A job brings the definition of the agent that runs it: nodes, of which one is the orchestrator and the others are specialists that it
hands tasks to, and the tools that they may use. \`npm run worker -- validate DEFINITION.json\` says everything that is wrong with one, each
with its path; the [examples](../examples/agents) are ones to start from.

Every agent has files of its own, which live in its thread but for [folders that are kept](#memory-and-skills), and the tools \`ls\`, \`read_file\`, \`write_file\`, \`edit_file\`,
\`delete\`, \`glob\`, \`grep\` and, with specialists, \`task\`.

This page is written from the schema that definitions are checked against, by \`npm run generate\`.`;

const tools = `## Tools

| \`runtime.kind\` | where it runs | what it can reach |
| --- | --- | --- |
| \`mcp\` | at a server of the Model Context Protocol: over HTTP, or a program of the operator's | what that server can |
| \`quickjs\` | JavaScript in QuickJS, on a thread of its own, with a deadline and a memory limit | its arguments and the agent's files |
| \`python\` | a process of its own with an empty environment and limits, killed with its process group | what the worker's user can: only for definitions you trust, and only with \`TOOL_PYTHON=subprocess\` |

A script with no \`kind\` is refused rather than run. A definition can read neither the worker's environment nor its files, unless Python is allowed: such a tool runs as the worker's own user.`;

const memory = `## Memory and skills

As deepagents has them; the [example](../examples/agents/desk.json) has both.

\`\`\`json
{
  "backend": { "routes": { "/memories/": { "namespace": "desk" } } },
  "files": { "/skills/refunds/SKILL.md": "---\\nname: refunds\\ndescription: How to refund an order.\\n---\\nAsk for the receipt.\\n" },
  "nodes": [{ "id": "desk", "type": "Orchestrator", "config": { "memory": ["/memories/AGENTS.md"], "skills": ["/skills/"] } }]
}
\`\`\`

- **Folders that are kept.** Files below a route of \`backend\` are in the store of the [tenant](clients.md#who-may) whose job it is, and outlive thread, job and worker. Agents use them as any
  other file; they are not among the \`files\` of a result. A folder keeps at most 100 files of 64 Ki characters. Of two jobs that change a file at once the one that is last counts.
- **Memory.** The files of \`memory\` stand in the prompt of the orchestrator, read as each job begins, with the words of deepagents by which it keeps them up to date. There may be none yet.
  Where the store is away the job waits; it does not go on without. A memory in no such folder is a file of the thread.
- **Clients** find such files under \`/store\`, in the namespace \`["filesystem", "desk"]\` with the path below the folder as key, \`/AGENTS.md\`; a value is \`{content, mimeType, created_at, modified_at}\`. That is how
  an agent is given a memory to begin with. Definitions reach nothing else of the store. Jobs that came by NATS are of no tenant: they share what they keep.
- **Skills.** Of each folder in a folder of \`skills\`, \`SKILL.md\` has a name, which is that of the folder, and a description. Both stand in the prompt; the agent reads the rest, and the files beside it, when a task
  is of that kind. A specialist has the skills that its node names.
- **Files.** What is in \`files\` comes with the definition and cannot be changed; nothing else is in the folders that they are in.`;

const code = `## Agents in code

A graph of LangGraph, or an agent of LangChain or deepagents, in TypeScript or JavaScript. Jobs name it as they name any agent
([clients](clients.md#agents)); it is listed, streamed, asked and taken up again after the death of its worker like all others, from its
last step. A folder holds the code and a \`langgraph.json\`, as the LangGraph CLI has it; of that, \`graphs\` is what is read:

\`\`\`json
{ "graphs": { "refunds": "./refunds.ts:graph", "librarian": "./librarian.ts:agent" } }
\`\`\`

What is exported is a compiled graph, a \`StateGraph\`, an agent, or a function that gives one of them. The function is called once, at start,
with \`{ model }\`: \`await model({ provider: 'openai', model: 'gpt-4.1-mini' })\` is a model with the keys, addresses and time-outs of the worker,
in the fields of \`nodes[].config.model\` but for \`fallbacks\`. A checkpointer that a graph brings gives way to the worker's.

Three lines make the image ([the example](../examples/agents-in-code), with its version in place of this one), which an AgentExecutor has as \`spec.image\`:

\`\`\`dockerfile
FROM ghcr.io/bizmatters/agent-worker:v0.1.0
COPY agents/ /agents/
ENV AGENTS_CODE_DIR=/agents
\`\`\`

Without an image, \`npx zerotouch agent dev --agents ./agents\` serves them on your machine, on Node 24.

- **Packages.** \`@langchain/langgraph\`, \`@langchain/core\`, \`langchain\`, \`deepagents\`, \`@langchain/openai\`, \`@langchain/anthropic\` and \`zod\` are the worker's
  own, in its versions, whatever lies beside the code: a second copy of them would not know the worker's messages and graphs. Other packages
  come from the folder's \`node_modules\`, so copy that as well.
- **TypeScript** runs as Node strips its types: no \`enum\`, no parameter properties, and imports with their ending, \`./tools.ts\`. What wants more
  is bundled: \`npx esbuild agents/*.ts --bundle --platform=node --format=esm --packages=external --outdir=build --out-extension:.js=.mjs\`.
- **Input.** The fields of a job's input are those of the state. \`messages\` are read as in any job, and \`user_request\` becomes one where the state has \`messages\`.
- **Result.** \`output\` is the last message, or the whole state where there are none; \`state\` has the fields of the output schema.
- **Steps.** A node that was running when its worker died runs again; what has ended does not. Effects on the outside want a key, such as \`run_id\` of \`config.configurable\` with
  the name of the node.
- **Store.** \`runtime.store\` and \`getStore()\` are what clients have under \`/store\`, of the [tenant](clients.md#who-may) whose job it is; of jobs that came by NATS, what operators see.
  Values are found by namespace and equal fields, not by meaning, and have the bounds of the routes: \`MAX_REQUEST_BYTES\` each, 1000 in a page. LangGraph hands nodes \`get\`, \`put\`, \`delete\` and \`search\` of it, which are waited for: what is still on its way when a run ends is not kept. A store that a graph brings gives way to it.
  A step that runs again keeps its values again: give them keys that stay the same.
- **People.** \`interrupt()\` ends the job with status \`interrupted\` and holds nothing; the answer is what it returns then. [Clients](clients.md) has how to give it.
- **Errors.** What the code throws is \`INTERNAL\`, tried again up to \`MAX_ATTEMPTS\`; errors of its models are told apart as always. What is wrong at start
  ends the worker, with every agent that cannot be had, its file and its export.
- **Trust.** It is code of whoever runs the worker, in its process: [security](security.md#agent-definitions-come-from-outside).
- **Changes.** A job goes on with the code of the worker that takes it up. While an interrupt may wait, leave nodes their names.`;

/** `docs/agents.md`: every field of an agent definition, from the schema that definitions are checked against. */
export function agentsPage(): string {
  return [
    introduction,
    table(definitionSchema),
    tools,
    ...Object.entries(runtimeSchemas).map(([kind, shape]) => `### runtime: \`${kind}\`\n\n${table(shape)}`),
    memory,
    code,
    '',
  ].join('\n\n');
}
