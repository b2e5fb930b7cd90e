/**
 * The packages that agents written in code have from the worker, whatever lies beside them: classes of a second copy of LangGraph
 * or LangChain are strangers to those of the first. What is not here comes from the agents' own node_modules.
 */
const packages = {
  '@langchain/core/agents': () => import('@langchain/core/agents'),
  '@langchain/core/caches': () => import('@langchain/core/caches'),
  '@langchain/core/callbacks/base': () => import('@langchain/core/callbacks/base'),
  '@langchain/core/callbacks/dispatch': () => import('@langchain/core/callbacks/dispatch'),
  '@langchain/core/callbacks/manager': () => import('@langchain/core/callbacks/manager'),
  '@langchain/core/callbacks/promises': () => import('@langchain/core/callbacks/promises'),
  '@langchain/core/chat_history': () => import('@langchain/core/chat_history'),
  '@langchain/core/documents': () => import('@langchain/core/documents'),
  '@langchain/core/embeddings': () => import('@langchain/core/embeddings'),
  '@langchain/core/errors': () => import('@langchain/core/errors'),
  '@langchain/core/language_models/base': () => import('@langchain/core/language_models/base'),
  '@langchain/core/language_models/chat_models': () => import('@langchain/core/language_models/chat_models'),
  '@langchain/core/messages': () => import('@langchain/core/messages'),
  '@langchain/core/messages/tool': () => import('@langchain/core/messages/tool'),
  '@langchain/core/output_parsers': () => import('@langchain/core/output_parsers'),
  '@langchain/core/outputs': () => import('@langchain/core/outputs'),
  '@langchain/core/prompt_values': () => import('@langchain/core/prompt_values'),
  '@langchain/core/prompts': () => import('@langchain/core/prompts'),
  '@langchain/core/retrievers': () => import('@langchain/core/retrievers'),
  '@langchain/core/runnables': () => import('@langchain/core/runnables'),
  '@langchain/core/singletons': () => import('@langchain/core/singletons'),
  '@langchain/core/stores': () => import('@langchain/core/stores'),
  '@langchain/core/tools': () => import('@langchain/core/tools'),
  '@langchain/core/tracers/base': () => import('@langchain/core/tracers/base'),
  '@langchain/core/utils/env': () => import('@langchain/core/utils/env'),
  '@langchain/core/utils/function_calling': () => import('@langchain/core/utils/function_calling'),
  '@langchain/core/utils/json_schema': () => import('@langchain/core/utils/json_schema'),
  '@langchain/core/utils/stream': () => import('@langchain/core/utils/stream'),
  '@langchain/core/utils/types': () => import('@langchain/core/utils/types'),
  '@langchain/core/vectorstores': () => import('@langchain/core/vectorstores'),
  '@langchain/langgraph': () => import('@langchain/langgraph'),
  '@langchain/langgraph/pregel': () => import('@langchain/langgraph/pregel'),
  '@langchain/langgraph/prebuilt': () => import('@langchain/langgraph/prebuilt'),
  '@langchain/langgraph/zod': () => import('@langchain/langgraph/zod'),
  '@langchain/langgraph-checkpoint': () => import('@langchain/langgraph-checkpoint'),
  '@langchain/openai': () => import('@langchain/openai'),
  '@langchain/anthropic': () => import('@langchain/anthropic'),
  deepagents: () => import('deepagents'),
  langchain: () => import('langchain'),
  zod: () => import('zod'),
} as const satisfies Readonly<Record<string, () => Promise<object>>>;

/** What each of them exports, by the words in an import. */
export async function loadProvided(): Promise<ReadonlyMap<string, object>> {
  const loaded = Object.entries(packages).map(async ([name, load]) => [name, await load()] as const);
  return new Map<string, object>(await Promise.all(loaded));
}
