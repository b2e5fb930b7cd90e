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

Every agent has files of its own, which live in the job and nowhere else, and the tools \`ls\`, \`read_file\`, \`write_file\`, \`edit_file\`,
\`delete\`, \`glob\`, \`grep\` and, with specialists, \`task\`.

This page is written from the schema that definitions are checked against, by \`npm run generate\`.`;

const tools = `## Tools

| \`runtime.kind\` | where it runs | what it can reach |
| --- | --- | --- |
| \`mcp\` | at a server of the Model Context Protocol: over HTTP, or a program of the operator's | what that server can |
| \`quickjs\` | JavaScript in QuickJS, on a thread of its own, with a deadline and a memory limit | its arguments and the agent's files |
| \`python\` | a process of its own with an empty environment and limits, killed with its process group | what the worker's user can: only for definitions you trust, and only with \`TOOL_PYTHON=subprocess\` |

A script with no \`kind\` is refused rather than run. A definition can read neither the worker's environment nor its files, unless Python is allowed: such a tool runs as the worker's own user.`;

/** `docs/agents.md`: every field of an agent definition, from the schema that definitions are checked against. */
export function agentsPage(): string {
  return [
    introduction,
    table(definitionSchema),
    tools,
    ...Object.entries(runtimeSchemas).map(([kind, shape]) => `### runtime: \`${kind}\`\n\n${table(shape)}`),
    '',
  ].join('\n\n');
}
