import { isJsonObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Problem } from '../../ports.ts';
import { filesUpdate } from './files.ts';

/** One call of a tool, as whatever runs it gets it. */
export interface ToolCall {
  readonly args: JsonObject;
  /** The files of the state, in the state's own format. */
  readonly files: JsonObject;
  /** The fields of the state that the definition declares. */
  readonly state: JsonObject;
  /** The conversation so far, in the form of OpenAI. */
  readonly messages: () => JsonObject[];
  /** The same whenever this call is made again: what a tool with side effects needs to act once. */
  readonly key: string;
  readonly signal: AbortSignal;
  readonly jobId: string;
}

/** What a tool gives back: a text for the model, or blocks where it has images, and changes of the state. */
export interface ToolAnswer {
  readonly content: string | readonly JsonObject[];
  readonly update: JsonObject;
}

/** Runs a tool; throws ToolError for what the model should read, Failure for what ends the attempt. */
export type RunTool = (call: ToolCall) => Promise<ToolAnswer>;

/** The tool did not work out, in words for the model, which may try something else. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
}

/** Longest output of a tool, in characters; deepagents moves long texts into files well before. */
const OUTPUT_LIMIT = 1024 * 1024;

/**
 * Reads what a script returned: a text, `{content, update}`, or any other JSON, which the model then reads as such. An update
 * holds `files` and the fields that the definition declares; others are refused, or dropped as LangGraph for Python does. Throws ToolError naming each mistake.
 */
export function toolAnswer(
  output: Json | undefined,
  fields: ReadonlySet<string>,
  now: Date,
  unknownFields: 'refused' | 'dropped' = 'refused',
): ToolAnswer {
  if (output === undefined || output === null) return { content: '', update: {} };
  if (typeof output === 'string') return { content: limited(output), update: {} };
  if (!isJsonObject(output) || !('content' in output || 'update' in output)) {
    return { content: limited(JSON.stringify(output)), update: {} };
  }
  const problems: Problem[] = [];
  const content = output['content'] ?? 'Done.';
  const update = updateOf(output['update'] ?? {}, { fields, unknownFields, now }, problems);
  if (problems.length > 0) {
    throw new ToolError(problems.map(({ path, message }) => `${path}: ${message}`).join('; '));
  }
  return { content: limited(typeof content === 'string' ? content : JSON.stringify(content)), update };
}

interface UpdateRules {
  readonly fields: ReadonlySet<string>;
  readonly unknownFields: 'refused' | 'dropped';
  readonly now: Date;
}

function updateOf(
  update: Json,
  { fields, unknownFields, now }: UpdateRules,
  problems: Problem[],
): JsonObject {
  if (!isJsonObject(update)) {
    problems.push({ path: 'update', message: 'expected an object' });
    return {};
  }
  const members = Object.entries(update).flatMap(([name, value]) => {
    if (name === 'files') return [[name, filesUpdate(value, 'update.files', now, problems)] as const];
    if (fields.has(name)) return [[name, value] as const];
    const message = 'no node declares it in its state_schema';
    if (unknownFields === 'refused') problems.push({ path: `update.${name}`, message });
    return [];
  });
  limited(JSON.stringify(members));
  return Object.fromEntries(members);
}

/** The text, unless it is too long. */
export function limited(text: string): string {
  if (text.length <= OUTPUT_LIMIT) return text;
  throw new ToolError(`the output has ${text.length} characters, more than ${OUTPUT_LIMIT}`);
}
