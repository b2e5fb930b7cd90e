import { isToolMessage } from '@langchain/core/messages';
import type { AIMessage } from '@langchain/core/messages';
import type { ToolCall } from '@langchain/core/messages/tool';
import { isGraphBubbleUp } from '@langchain/langgraph';
import { Failure } from '../../jobs/rules/failures.ts';
import type { Span, SpanFacts } from '../../telemetry.ts';
import type { ModelSpec } from '../definition/definition.ts';
import { inSpan } from '../current-span.ts';
import { finishReasonOf } from './ending.ts';
import { modelFailure } from './failure-of.ts';
import { countedTokens } from './tokens.ts';

/**
 * Asks a model inside a span that says what the call came to, named by the conventions for generative AI
 * (https://opentelemetry.io/docs/specs/semconv/gen-ai/). What models and tools say is in no span.
 */
export function modelSpan<Answer extends AIMessage>(
  spec: ModelSpec,
  ask: () => Answer | Promise<Answer>,
  agent?: string,
): Promise<Answer> {
  return inSpan(modelFacts(spec, agent), async (span) => {
    const answer = await noting(span, async () => ask());
    if (span !== undefined) noteAnswer(span, answer);
    return answer;
  });
}

/** Runs a tool inside a span. */
export function toolSpan<Answer>(
  { id = '', name }: Pick<ToolCall, 'id' | 'name'>,
  agent: string,
  run: () => Answer | Promise<Answer>,
): Promise<Answer> {
  return inSpan(toolFacts(name, id, agent), async (span) => {
    const answer = await noting(span, async () => run());
    if (isToolMessage(answer) && answer.status === 'error') span?.fail('tool_error');
    return answer;
  });
}

function modelFacts({ provider, model, temperature, maxTokens }: ModelSpec, agent?: string): SpanFacts {
  return {
    name: `chat ${model}`,
    kind: 'client',
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': provider,
      'gen_ai.request.model': model,
      ...(agent !== undefined && { 'gen_ai.agent.name': agent }),
      ...(temperature !== undefined && { 'gen_ai.request.temperature': temperature }),
      ...(maxTokens !== undefined && { 'gen_ai.request.max_tokens': maxTokens }),
    },
  };
}

function toolFacts(name: string, id: string, agent: string): SpanFacts {
  return {
    name: `execute_tool ${name}`,
    kind: 'internal',
    attributes: {
      'gen_ai.operation.name': 'execute_tool',
      'gen_ai.tool.name': name,
      'gen_ai.tool.type': 'function',
      'gen_ai.tool.call.id': id,
      'gen_ai.agent.name': agent,
    },
  };
}

function noteAnswer(span: Span, answer: AIMessage): void {
  const { input, output } = countedTokens(answer);
  const reason = finishReasonOf(answer);
  if (input !== undefined) span.note('gen_ai.usage.input_tokens', input);
  if (output !== undefined) span.note('gen_ai.usage.output_tokens', output);
  if (reason !== undefined) span.note('gen_ai.response.finish_reasons', [reason]);
}

async function noting<T>(span: Span | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Not an error: LangGraph stops here, to go on with the same call later.
    if (!isGraphBubbleUp(error)) span?.fail(codeOf(error));
    throw error;
  }
}

function codeOf(error: unknown): string {
  const failure = error instanceof Failure ? error : modelFailure(error);
  return failure?.code ?? (error instanceof Error ? error.name : '_OTHER');
}
