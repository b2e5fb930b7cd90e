import type { JsonObject } from '../../worker/json.ts';

/** Chunks of chat completions as a stream; `end` is what comes after them. */
export function chat(chunks: readonly JsonObject[], end = 'data: [DONE]\n\n'): string {
  const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm' };
  return chunks.map((one) => `data: ${JSON.stringify({ ...head, ...one })}\n\n`).join('') + end;
}

/** A chunk with this delta. */
export function delta(of: JsonObject, finish: string | null = null): JsonObject {
  return { choices: [{ index: 0, delta: of, finish_reason: finish }] };
}

/** A delta with one whole tool call. */
export function toolCall(
  name: string,
  args: string,
  more: JsonObject = { index: 0, id: 'call_0' },
): JsonObject {
  return delta({ tool_calls: [{ ...more, type: 'function', function: { name, arguments: args } }] });
}
