import { AIMessage } from '@langchain/core/messages';
import type { AIMessageChunk, ContentBlock } from '@langchain/core/messages';
import { Failure } from '../../jobs/rules/failures.ts';
import { isJsonObject, parseJson } from '../../json.ts';
import type { JsonObject } from '../../json.ts';
import { endingOf, finishReasonOf } from './ending.ts';

/** What an answer of a model is good for. */
export type Judgement =
  /** It can go into the state: it is whole, and what of its tool calls may not run is marked. */
  | { readonly kind: 'answer'; readonly message: AIMessage }
  /** The server wants to be asked again with what it has said so far. */
  | { readonly kind: 'paused'; readonly message: AIMessage }
  /** It says nothing and asks for nothing. */
  | { readonly kind: 'empty' };

/** Where a message keeps why some of its tool calls are not run: `{<id of the call>: <reason>}`. */
const NOT_RUN = 'zerotouch_not_run';

const CUT =
  'Error: this call was not run, as your answer was cut off at the limit of its length. Make it shorter, for instance by writing a long text in several calls.';

/**
 * Judges the answer of a model, the only place that does. Throws a Failure for one that ends the job: cut off, filtered,
 * refused. No tool call of a cut answer is run, and none whose arguments are not a JSON object: the model reads why.
 */
export function judge(answer: AIMessage): Judgement {
  const reason = finishReasonOf(answer);
  const calls = callsOf(answer);
  const quote = answer.text.slice(0, 500);
  switch (endingOf(reason)) {
    case 'cut':
      if (calls.length > 0) return { kind: 'answer', message: rebuilt(answer, calls, CUT) };
      throw new Failure(
        'ANSWER_CUT_OFF',
        `the answer of the model was cut off (${reason}): give the node a larger max_tokens, or ask for less`,
      );
    case 'filtered':
      throw new Failure('ANSWER_FILTERED', `a filter of the model server stopped the answer (${reason})`);
    case 'refused':
      throw new Failure('ANSWER_REFUSED', `the model refused to answer${quote === '' ? '' : `: ${quote}`}`);
    case 'broken':
      throw new Failure('MODEL_UNAVAILABLE', `the model server broke off its answer (${reason})`);
    case 'paused':
      return { kind: 'paused', message: rebuilt(answer, calls) };
    case 'whole':
      if (calls.length === 0 && answer.text.trim() === '') return { kind: 'empty' };
      return { kind: 'answer', message: rebuilt(answer, calls) };
  }
}

/** Why a tool call of a message is not run; undefined when it is. */
export function whyNotRun(message: AIMessage, callId: string): string | undefined {
  const marks: unknown = message.response_metadata[NOT_RUN];
  const why = isJsonObject(marks) ? marks[callId] : undefined;
  return typeof why === 'string' ? why : undefined;
}

/** A tool call as its server sent it. */
interface Call {
  readonly id: string;
  readonly name: string;
  /** Undefined when they cannot be read. */
  readonly args: JsonObject | undefined;
}

/**
 * The calls of an answer that are for us. LangChain completes arguments that are cut off (`{"amount": 10` of 1000): the raw
 * text is what counts. Tools that the server runs itself, such as its search of the web, have no call with an id here.
 */
function callsOf(answer: AIMessage): readonly Call[] {
  const { tool_call_chunks: chunks = [] } = answer as Partial<AIMessageChunk>;
  const raw = chunks.map(({ id, name, args }) => ({ id, name, args: argsOf(args) }));
  const whole = (answer.tool_calls ?? []).map(({ id, name, args }) => ({
    id,
    name,
    args: isJsonObject(args) ? args : undefined,
  }));
  const invalid = (answer.invalid_tool_calls ?? []).map(({ id, name }) => ({ id, name, args: undefined }));
  const calls = chunks.length > 0 ? raw : [...whole, ...invalid];
  return calls.flatMap(({ id, name = '', args }) => (id === undefined ? [] : [{ id, name, args }]));
}

function argsOf(text: string | undefined): JsonObject | undefined {
  if (text === undefined || text.trim() === '') return {};
  const args = parseJson(text);
  return isJsonObject(args) ? args : undefined;
}

/** The answer as a plain message, with all its calls, and marks at those that are not run. */
function rebuilt(answer: AIMessage, calls: readonly Call[], cut?: string): AIMessage {
  const marks = calls.flatMap(({ id, args }) => {
    const why = cut ?? (args === undefined ? UNREADABLE : undefined);
    return why === undefined ? [] : [[id, why] as const];
  });
  const { tool_calls: _, ...kwargs } = answer.additional_kwargs;
  return new AIMessage({
    content: typeof answer.content === 'string' ? answer.content : blocksOf(answer.content, calls),
    tool_calls: calls.map(({ id, name, args = {} }) => ({ id, name, args, type: 'tool_call' as const })),
    additional_kwargs: kwargs,
    response_metadata: {
      ...answer.response_metadata,
      ...(marks.length > 0 && { [NOT_RUN]: Object.fromEntries(marks) }),
    },
    ...(answer.id !== undefined && { id: answer.id }),
    ...(answer.usage_metadata !== undefined && { usage_metadata: answer.usage_metadata }),
  });
}

const UNREADABLE =
  'Error: this call was not run, as its arguments could not be read: they must be one JSON object.';

/** Blocks that ask for a tool hold its arguments once more, as pieces of text that may be cut. */
function blocksOf(content: readonly ContentBlock[], calls: readonly Call[]): ContentBlock[] {
  return joinedTexts(content).flatMap((block) => {
    if (block.type === 'input_json_delta') return [];
    if (block.type === 'server_tool_use')
      return [{ ...block, input: argsOf(piecesOf(block, content)) ?? {} }];
    const call = block.type === 'tool_use' ? calls.find(({ id }) => id === block['id']) : undefined;
    return [call === undefined ? block : { ...block, input: call.args ?? {} }];
  });
}

function piecesOf(block: ContentBlock, content: readonly ContentBlock[]): string {
  const pieces = content.filter((one) => one.type === 'input_json_delta' && one['index'] === block['index']);
  return pieces.map(({ input }) => (typeof input === 'string' ? input : '')).join('');
}

/** Texts that a client has left in the pieces in which they came. */
function joinedTexts(content: readonly ContentBlock[]): readonly ContentBlock[] {
  const joined: ContentBlock[] = [];
  for (const block of content) {
    const last = joined.at(-1);
    if (last !== undefined && isPlainText(last) && isPlainText(block)) {
      joined.splice(-1, 1, { ...last, text: `${last.text}${block.text}` });
    } else {
      joined.push(block);
    }
  }
  return joined;
}

function isPlainText(block: ContentBlock): block is ContentBlock.Text {
  return block.type === 'text' && Object.keys(block).every((key) => key === 'type' || key === 'text');
}
