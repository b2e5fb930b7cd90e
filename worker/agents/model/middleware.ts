import {
  createFilesystemMiddleware,
  createPatchToolCallsMiddleware,
  createSummarizationMiddleware,
} from 'deepagents';
import type { AnyBackendProtocol } from 'deepagents';
import { todoListMiddleware, toolErrorMiddleware } from 'langchain';
import type { AgentMiddleware } from 'langchain';
import { Failure } from '../../jobs/rules/failures.ts';
import type { NodeSpec } from '../definition/definition.ts';
import { absolutePaths } from '../tools/file-paths.ts';
import { answerLast } from './answer-form.ts';
import { modelAnswers } from './answers.ts';
import type { NodeModels } from './fallback.ts';
import { promptSources } from './prompt-sources.ts';
import { returnedThoughts } from './portable-messages.ts';
import { summaryPrompt } from './summary-prompt.ts';
import { declaredState } from '../execution/state-fields.ts';

/** Messages longer than this are moved into a file before the first step (deepagents: 50,000 tokens of 4 characters). */
export const LONG_MESSAGE = 200_000;

/**
 * What every agent of a definition runs with, beside the rest of deepagents' own stack. The first three take the place of
 * deepagents' middleware of the same name. Of the first two both do work of a step before the first model call, each a step of the graph with
 * a checkpoint of its own: to patch tool calls, which is done again before each model call anyway, and to move long messages
 * into files, which `longInput` keeps.
 */
export function nodeMiddleware(
  node: NodeSpec,
  models: NodeModels,
  backend: AnyBackendProtocol,
  longInput: boolean,
): readonly AgentMiddleware[] {
  const files = createFilesystemMiddleware({ backend });
  return [
    longInput ? files : withoutFirstStep(files),
    withoutFirstStep(createPatchToolCallsMiddleware()),
    createSummarizationMiddleware({ backend, summaryPrompt }),
    ...promptSources(node, backend),
    ...(node.todos ? [todoList()] : []),
    ...(node.fields.size > 0 ? [declaredState(node.fields)] : []),
    ...(node.responseFormat === undefined ? [] : [answerLast()]),
    toolErrorMiddleware({ onError: toolErrorText }),
    absolutePaths(),
    returnedThoughts(),
    modelAnswers(node, models),
  ];
}

function withoutFirstStep(middleware: AgentMiddleware): AgentMiddleware {
  const { beforeAgent: _, ...rest } = middleware;
  return rest;
}

function todoList(): AgentMiddleware {
  // LangChain's types say `undefined` where exactOptionalPropertyTypes wants the property absent.
  return todoListMiddleware() as unknown as AgentMiddleware;
}

/** A tool that throws answers the model with what went wrong; a failure of ours ends the attempt. */
function toolErrorText(error: unknown): string | undefined {
  if (error instanceof Failure) return undefined;
  const words = error instanceof Error ? error.message : String(error);
  // LangChain quotes the stack of its own check of arguments.
  const said = words.split('\n').filter((line) => !/^\s+at .*[:(]/.test(line));
  return `Error: ${said.join('\n')}`;
}
