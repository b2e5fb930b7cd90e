import { createMemoryMiddleware, createSkillsMiddleware } from 'deepagents';
import type { AnyBackendProtocol } from 'deepagents';
import type { AgentMiddleware } from 'langchain';
import { isJsonObject } from '../../json.ts';
import type { NodeSpec } from '../definition/definition.ts';

/** What stands in the prompt of a node beside its own: its memory, and what skills it has. */
export function promptSources(node: NodeSpec, backend: AnyBackendProtocol): readonly AgentMiddleware[] {
  const { memory, skills, model } = node;
  const made: AgentMiddleware[] = [];
  if (skills.length > 0) made.push(createSkillsMiddleware({ backend, sources: [...skills] }));
  if (memory.length > 0) {
    const addCacheControl = model.provider === 'anthropic';
    made.push(createMemoryMiddleware({ backend, sources: [...memory], addCacheControl }));
  }
  return made.map((one) => asWritten(readByJob(one)));
}

/**
 * deepagents reads memory once for a thread, and looks whether it has skills in a step of its own before each call of a model.
 * A thread may be taken up after weeks, with another definition, so that each job reads both as it begins.
 */
function readByJob(middleware: AgentMiddleware): AgentMiddleware {
  const { beforeAgent, beforeModel, ...rest } = middleware;
  const hook = beforeAgent ?? beforeModel;
  const read = typeof hook === 'object' ? hook.hook : hook;
  if (read === undefined) return middleware;
  const unread = { memoryContents: undefined, skillsMetadata: undefined };
  return { ...rest, beforeAgent: (state, runtime) => read({ ...state, ...unread }, runtime) };
}

/**
 * deepagents puts texts into its prompt as replacements of a pattern, in which `$` has a meaning: texts would be changed, and could
 * become as long as they like.
 */
function asWritten(middleware: AgentMiddleware): AgentMiddleware {
  const { wrapModelCall } = middleware;
  if (wrapModelCall === undefined) return middleware;
  return {
    ...middleware,
    wrapModelCall(request, handler) {
      const { memoryContents, skillsMetadata } = request.state as Readonly<Record<string, unknown>>;
      const literal = { memoryContents: doubled(memoryContents), skillsMetadata: doubled(skillsMetadata) };
      const state = { ...request.state, ...literal } as typeof request.state;
      return wrapModelCall({ ...request, state }, (asked) => handler({ ...asked, state: request.state }));
    },
  };
}

function doubled(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(doubled);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, doubled(each)]));
}
