import type { JsonObject } from '../../worker/json.ts';

/** A chunk of streamGenerateContent. */
export const geminiChunk = (parts: readonly JsonObject[], finishReason?: string): JsonObject => ({
  candidates: [
    { content: { role: 'model', parts: [...parts] }, index: 0, ...(finishReason && { finishReason }) },
  ],
  usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 3, totalTokenCount: 10 },
  modelVersion: 'gemini-3-pro',
});

/** Chunks as events. */
export const gemini = (chunks: readonly JsonObject[]): string =>
  chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\r\n\r\n`).join('');
