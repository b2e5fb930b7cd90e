import { BaseCallbackHandler } from '@langchain/core/callbacks/base';
import type { HandleLLMNewTokenCallbackFields } from '@langchain/core/callbacks/base';
import { isBaseMessage } from '@langchain/core/messages';
import type { BaseMessage } from '@langchain/core/messages';
import type { LLMResult } from '@langchain/core/outputs';
import { isGraphBubbleUp } from '@langchain/langgraph';
import type { FailureCode } from '../../jobs/rules/failures.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { JobEvent } from '../../ports.ts';
import type { Step } from '../../telemetry.ts';
import { endingOf, finishReasonOf } from '../model/ending.ts';
import { modelFailure } from '../model/failure-of.ts';
import { noteModelError } from '../model/model-errors.ts';
import { costJson, costOf } from '../model/prices.ts';
import type { Prices } from '../model/prices.ts';
import { NOT_STREAMED } from '../model/summaries.ts';
import { tokensOf } from '../model/tokens.ts';
import type { Tokens } from '../model/tokens.ts';
import { inputJson, shortened, toolAnswer } from './tool-texts.ts';

/** Is told of the run that is observed. */
export interface RunListener {
  emit(event: JobEvent): void;
  /** A model is about to be asked. */
  asking(): void;
  /** Tokens that one model call used, and what they cost, where that is known. */
  used(tokens: Tokens, cost: number | undefined): void;
  stepped(step: Step): void;
}

/** A call of a model or a tool, and the node that makes it. */
interface Call {
  readonly node: string;
  /** The call of a tool that handed the task to the node; empty for the orchestrator. */
  readonly parent: string;
  readonly startedAt: number;
  /** Of the message that it has begun to say. */
  messageId?: string;
  /** Empty for a tool, as the last two are for a model. */
  readonly model: string;
  readonly asked: readonly BaseMessage[];
  readonly provider: string;
  /** Whether its text is no part of what the agent says. */
  readonly quiet: boolean;
  readonly toolCallId: string;
  readonly tool: string;
}

/** Where LangGraph says at which place of the graph, and of the graphs above it, something runs: `tools:ID|model_request:ID`. */
const PLACE = 'langgraph_checkpoint_ns';

/**
 * Turns LangChain's callbacks of one run into job events. Handlers run inline (`awaitHandlers`), so that events come in the
 * order in which things happen; and their presence makes models stream (`lc_prefer_streaming`).
 */
export class RunObserver extends BaseCallbackHandler {
  override name = 'RunObserver';
  override awaitHandlers = true;
  override ignoreChain = true;
  override ignoreRetriever = true;
  override ignoreCustomEvent = true;
  readonly lc_prefer_streaming = true;
  readonly #prices: Prices | undefined;
  readonly #listener: RunListener;
  /** Calls that have not ended, by run id. */
  readonly #calls = new Map<string, Call>();
  /** Ids of tool calls by the place in the graph at which each runs: what they start runs below it. */
  readonly #places = new Map<string, string>();

  constructor(prices: Prices | undefined, listener: RunListener) {
    super();
    this.#prices = prices;
    this.#listener = listener;
  }

  override handleChatModelStart(
    _model: unknown,
    messages: BaseMessage[][],
    runId: string,
    _parent?: string,
    _extra?: Record<string, unknown>,
    tags?: string[],
    metadata?: Record<string, unknown>,
  ): void {
    const model = textAt(metadata, 'ls_model_name');
    const provider = textAt(metadata, 'ls_provider');
    const quiet = tags?.includes(NOT_STREAMED) ?? false;
    const call = { ...this.#newCall(metadata), model, provider, quiet, asked: messages.flat() };
    this.#calls.set(runId, call);
    this.#listener.asking();
  }

  override handleLLMNewToken(
    _token: string,
    _index: unknown,
    runId: string,
    _parent?: string,
    _tags?: string[],
    fields?: HandleLLMNewTokenCallbackFields,
  ): void {
    const chunk = fields?.chunk;
    if (chunk === undefined || !('message' in chunk) || !isBaseMessage(chunk.message)) return;
    // The token itself may also be a piece of a tool's arguments.
    const { id, text } = chunk.message;
    const call = this.#calls.get(runId);
    if (text === '' || call?.quiet === true) return;
    const messageId = id ?? `run-${runId}`;
    if (call !== undefined) call.messageId = messageId;
    const data = { message_id: messageId, ...whoseFields(call), content: text };
    this.#listener.emit({ type: 'on_llm_stream', data });
  }

  override handleLLMEnd(output: LLMResult, runId: string): void {
    const call = this.#calls.get(runId);
    this.#calls.delete(runId);
    const generation = output.generations[0]?.[0];
    if (call === undefined || generation === undefined || !('message' in generation)) return;
    const { message } = generation;
    if (!isBaseMessage(message)) return;
    const tokens = tokensOf(message, call.asked);
    const cost = costOf(this.#prices, call.model, tokens);
    this.#listener.used(tokens, cost);
    const finishReason = finishReasonOf(message) ?? 'unknown';
    const [seconds, { node: agent, model, provider: source }] = [secondsOf(call), call];
    this.#listener.stepped({ kind: 'model', seconds, agent, model, source, tokens, finishReason });
    this.#listener.emit({
      type: 'on_llm_end',
      data: {
        message_id: message.id ?? `run-${runId}`,
        ...whoseFields(call),
        model,
        seconds: Math.round(seconds * 1000) / 1000,
        input_tokens: tokens.input,
        output_tokens: tokens.output,
        ...(this.#prices && cost !== undefined && { cost: costJson(cost, this.#prices) }),
        finish_reason: finishReason,
      },
    });
    // What its server broke off is no answer (model/answer.ts).
    if (endingOf(finishReason) === 'broken') this.#failed(call, runId, 'MODEL_UNAVAILABLE');
  }

  override handleLLMError(error: unknown, runId: string): void {
    noteModelError(error);
    const call = this.#calls.get(runId);
    this.#calls.delete(runId);
    const code = modelFailure(error)?.code;
    if (call !== undefined && code !== undefined) this.#failed(call, runId, code);
  }

  #failed(call: Call, runId: string, code: FailureCode): void {
    if (call.quiet) return;
    const { messageId = `run-${runId}`, model } = call;
    const data = { message_id: messageId, ...whoseFields(call), model, code };
    this.#listener.emit({ type: 'on_llm_error', data });
  }

  override handleToolStart(
    _tool: unknown,
    input: unknown,
    runId: string,
    _parent?: string,
    _tags?: string[],
    metadata?: Record<string, unknown>,
    runName?: string,
    toolCallId?: string,
  ): void {
    const call = { ...this.#newCall(metadata), toolCallId: toolCallId ?? '', tool: runName ?? '' };
    this.#calls.set(runId, call);
    this.#places.set(textAt(metadata, PLACE), call.toolCallId);
    this.#listener.emit({
      type: 'on_tool_start',
      data: { ...toolFields(call), input: shortened(inputJson(input)) },
    });
  }

  override handleToolEnd(output: unknown, runId: string): void {
    const answer = toolAnswer(output);
    this.#toolEnded(runId, answer.status, answer.content);
  }

  override handleToolError(error: unknown, runId: string): void {
    // Not the end of the tool: LangGraph stops here, to go on with the same call later.
    if (isGraphBubbleUp(error)) return void this.#calls.delete(runId);
    this.#toolEnded(runId, 'error', error instanceof Error ? error.message : String(error));
  }

  #newCall(metadata: Record<string, unknown> | undefined): Call {
    const above = textAt(metadata, PLACE).split('|').slice(0, -1).join('|');
    return {
      ...noCall,
      ...nodeOf(metadata),
      parent: this.#places.get(above) ?? '',
      startedAt: performance.now(),
    };
  }

  #toolEnded(runId: string, status: string, output: Json): void {
    const call = this.#calls.get(runId);
    this.#calls.delete(runId);
    if (call === undefined) return;
    this.#listener.stepped({ kind: 'tool', seconds: secondsOf(call) });
    this.#listener.emit({
      type: 'on_tool_end',
      data: { ...toolFields(call), status, output: shortened(output) },
    });
  }
}

const noCall = { model: '', provider: '', quiet: false, asked: [], toolCallId: '', tool: '' };

/** The agent that makes a call; in a graph that no agent is named in, its node. */
function nodeOf(metadata: Record<string, unknown> | undefined): Pick<Call, 'node'> {
  return { node: textAt(metadata, 'lc_agent_name') || textAt(metadata, 'langgraph_node') };
}

function secondsOf({ startedAt }: Call): number {
  return (performance.now() - startedAt) / 1000;
}

function textAt(metadata: Record<string, unknown> | undefined, key: string): string {
  const text = metadata?.[key];
  return typeof text === 'string' ? text : '';
}

/** Which agent makes a call, and on whose behalf. */
function whoseFields(call: Call | undefined): JsonObject {
  const { node = '', parent = '' } = call ?? {};
  return { node, ...(parent !== '' && { parent }) };
}

function toolFields(call: Call): JsonObject {
  return { tool_call_id: call.toolCallId, name: call.tool, ...whoseFields(call) };
}
