import { createHash } from 'node:crypto';

/** One tool call the model asks for. */
export interface ScriptedCall {
  readonly tool: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

/**
 * What the model does with one conversation. A script travels inside the conversation (see `script`), so the
 * server keeps nothing that a restart of it, or of the worker, could lose.
 */
export interface Script {
  /** Under which name calls are counted; the first user message when absent. */
  readonly name?: string;
  /** Rounds of tool calls, each asked for in one message, before the answer. */
  readonly rounds?: readonly (readonly ScriptedCall[])[];
  /** The answer after the last round. */
  readonly text?: string;
  /** Answer with this many tokens instead of `text`. */
  readonly tokens?: number;
  /** Milliseconds before the first byte of each reply. */
  readonly latencyMs?: number;
  /** Milliseconds between two streamed tokens. */
  readonly tokenMs?: number;
  /** Refuse a request with this status the first `times` times that it is made. */
  readonly fail?: { readonly status: number; readonly times: number; readonly message?: string };
  /** Break the connection in the middle of a streamed answer, the first time that it is made. */
  readonly cut?: boolean;
}

/** One message as the OpenAI chat completions API carries it. */
export interface ChatMessage {
  readonly role: string;
  readonly content?: unknown;
}

/** What to answer now, and under which name and step the call counts. */
export interface Reply {
  readonly name: string;
  /** 0 for the first model call of the conversation, 1 after its first round of tools, and so on. */
  readonly step: number;
  readonly calls: readonly { readonly id: string; readonly name: string; readonly arguments: string }[];
  readonly tokens: readonly string[];
}

const marker = /<<model (\{.*?\})>>/s;

/** The text that carries a script: put it in a system prompt, in a user message, or in the task of a call in another script. */
export function script(what: Script): string {
  return `<<model ${JSON.stringify(what).replaceAll('>>', '\\u003e\\u003e')}>>`;
}

/** The script of a conversation: the one in its system prompt, else in its last user message that has one, else `otherwise`. */
export function scriptOf(messages: readonly ChatMessage[], otherwise: Script): Script {
  const spoken = [...messages.filter(isSystem), ...messages.filter(isUser).toReversed()];
  for (const message of spoken) {
    const found = marker.exec(textOf(message));
    if (found?.[1] !== undefined) return JSON.parse(found[1]) as Script;
  }
  return otherwise;
}

/** The next reply of a script, from the user message on that carries it: the first round whose tools have not all answered yet, else the answer. */
export function replyTo(messages: readonly ChatMessage[], what: Script): Reply {
  const begun = messages.findLastIndex((message) => isUser(message) && marker.test(textOf(message)));
  const turn = messages.slice(Math.max(0, begun));
  const name = what.name ?? textOf(turn.find(isUser) ?? { role: 'user' });
  const rounds = what.rounds ?? [];
  let answered = turn.filter((message) => message.role === 'tool').length;
  for (const [step, round] of rounds.entries()) {
    if (answered < round.length) return { name, step, calls: callsOf(name, step, round), tokens: [] };
    answered -= round.length;
  }
  return { name, step: rounds.length, calls: [], tokens: tokensOf(what) };
}

function callsOf(name: string, step: number, round: readonly ScriptedCall[]): Reply['calls'] {
  const scope = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return round.map((call, index) => ({
    id: `call_${scope}_${step}_${index}`,
    name: call.tool,
    arguments: JSON.stringify(call.args ?? {}),
  }));
}

function tokensOf(what: Script): readonly string[] {
  if (what.tokens !== undefined) return Array.from({ length: what.tokens }, (_, index) => `word${index} `);
  return (what.text ?? 'All done.').match(/\S+\s*/g) ?? [];
}

function isUser({ role }: ChatMessage): boolean {
  return role === 'user';
}

function isSystem(message: ChatMessage): boolean {
  return message.role === 'system' || message.role === 'developer';
}

function textOf({ content }: ChatMessage): string {
  if (!Array.isArray(content)) return typeof content === 'string' ? content : '';
  return content.map((block: { readonly text?: string }) => block.text ?? '').join('');
}
