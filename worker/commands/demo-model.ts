import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { isJsonObject } from '../json.ts';
import type { Json, JsonObject } from '../json.ts';

/** As much of a call of OpenAI's chat completions as the demo reads. */
interface Call {
  readonly messages: readonly { readonly role: string; readonly content: Json }[];
  readonly tools?: readonly {
    readonly function: {
      readonly name: string;
      readonly description?: string;
      readonly parameters?: JsonObject;
    };
  }[];
}

/** Tools that every agent has: the demo shows those of the definition. */
const builtIn = new Set(
  'ls read_file write_file edit_file delete glob grep execute task write_todos'.split(' '),
);

/** A server on loopback that speaks OpenAI's protocol and thinks nothing. */
export interface DemoModel {
  readonly url: string;
  close(): void;
}

/**
 * Starts a model for a first look at a definition, without any key: it hands a task to each specialist and calls each tool of the
 * definition once, with arguments made from its schema, and then says what they answered.
 */
export async function startDemoModel(): Promise<DemoModel> {
  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Between two words, so that a reader sees how answers come. */
const WORD_MS = 15;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const call = (await json(request)) as Call;
  const asked = call.messages.findLastIndex(({ role }) => role === 'user');
  const answered = call.messages.slice(asked + 1).filter(({ role }) => role === 'tool');
  const next = callsOf(call)[answered.length];
  const event = (choice: JsonObject) =>
    `data: ${JSON.stringify({ id: 'demo', object: 'chat.completion.chunk', created: 0, model: 'demo', choices: [{ index: 0, finish_reason: null, delta: {}, ...choice }] })}\n\n`;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  if (next === undefined)
    for (const word of summaryOf(call, answered).match(/\S+\s*/g) ?? []) {
      response.write(event({ delta: { role: 'assistant', content: word } }));
      await sleep(WORD_MS);
    }
  else {
    const named = { index: 0, id: `call_${call.messages.length}`, type: 'function', function: next };
    response.write(event({ delta: { role: 'assistant', tool_calls: [named] } }));
  }
  response.write(event({ finish_reason: next === undefined ? 'stop' : 'tool_calls' }));
  response.end('data: [DONE]\n\n');
}

/** Each tool of the definition, and each specialist, once. */
function callsOf({ tools = [] }: Call): readonly { readonly name: string; readonly arguments: string }[] {
  return tools.flatMap(({ function: { name, description = '', parameters = {} } }) => {
    if (name === 'task')
      return specialistsIn(description).map((specialist) => ({
        name,
        arguments: JSON.stringify({
          subagent_type: specialist,
          description: `Show what ${specialist} does.`,
        }),
      }));
    return builtIn.has(name) ? [] : [{ name, arguments: JSON.stringify(sampleOf(parameters)) }];
  });
}

/** The specialists that the tool for handing over lists, a line each; the one that every agent has is no news. */
function specialistsIn(description: string): readonly string[] {
  const listed = [...description.matchAll(/^- ([\w-]+):/gm)].map(([, name = '']) => name);
  return listed.filter((name) => name !== 'general-purpose');
}

function summaryOf({ messages }: Call, answered: Call['messages']): string {
  const asked = messages.findLast(({ role }) => role === 'user');
  const told = answered.map(({ content }) =>
    typeof content === 'string' ? content : JSON.stringify(content),
  );
  const tools = told.length === 0 ? 'It has no tools to call.' : `Its tools answered: ${told.join(' | ')}`;
  return `This is the demo model, which thinks nothing. You said: ${JSON.stringify(asked?.content ?? '')}. ${tools}`;
}

/** A value that fits a JSON Schema of the simple kind that tools have. */
function sampleOf(schema: Json): Json {
  if (!isJsonObject(schema)) return 'demo';
  const { enum: choices, default: usual, type, properties } = schema;
  if (usual !== undefined) return usual;
  if (Array.isArray(choices)) return choices[0] ?? null;
  if (isJsonObject(properties))
    return Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, sampleOf(each)]));
  if (type === 'object') return {};
  if (type === 'array') return [sampleOf(schema['items'] ?? {})];
  if (type === 'boolean') return true;
  if (type !== 'integer' && type !== 'number') return 'demo';
  return typeof schema['minimum'] === 'number' ? schema['minimum'] : 1;
}
