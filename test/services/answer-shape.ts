import { isJsonObject } from '../../worker/json.ts';
import type { Json } from '../../worker/json.ts';

/** What differs from run to run. */
const CHANGING =
  /^(created_at|updated_at|createdAt|updatedAt|langgraph_checkpoint_ns|checkpoint_ns|__pregel_task_id)$|_id$|^id$/;

/** Fields that only one of the two has, or fills in another way; docs/clients.md says so, and why. */
const DIFFERS: Readonly<Record<string, string>> = {
  config: 'a definition is not repeated with each thread and run',
  kwargs: 'what was asked is shown as it was asked, and without the definition',
  multitask_strategy: 'runs wait for each other unless they say otherwise',
  interrupts: 'a thread always says what it waits for, which may be nothing',
  of: 'the metadata of a thread is not repeated with its runs',
  agent_definition: 'as for config',
  'user-agent': 'as for config',
  created_by: 'of the development server',
  langgraph_host: 'of the development server',
  langgraph_plan: 'of the development server',
  langgraph_version: 'of the development server',
  run_attempt: 'is told by the part `metadata` of a stream',
  lc_agent_name: 'for LangSmith',
  ls_agent_type: 'for LangSmith',
  ls_integration: 'for LangSmith',
  result: 'what a task of an older step produced is in the state after it, and is not kept twice',
  tags: 'empty lists of tags are left out there',
};

/** Answers that differ as a whole. */
export const OTHERWISE: Readonly<Record<string, string>> = {
  'threads.copy': 'a copy is told with its values here, as a thread that is looked at',
  'runs.wait, stopped': 'of a run that stops before a node the state is given there as `__interrupt__: []`',
};

/** The shape of an answer: names, types, order and words; what changes from run to run by its type. */
export function shapeOf(value: unknown): Json {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (isJsonObject(value)) {
    const members = Object.entries(value)
      .filter(([key, one]) => !(key in DIFFERS) && one !== null && one !== undefined)
      // The metadata of a checkpoint names the run that made it, and that the assistant.
      .filter(([key]) => !('step' in value && (key === 'assistant_id' || key === 'graph_id')))
      .map(([key, one]): [string, Json] => [
        key.startsWith('chatcmpl-') ? 'a message' : key,
        CHANGING.test(key) ? typeof one : shapeOf(one),
      ])
      .toSorted(([one], [other]) => (one < other ? -1 : 1));
    return Object.fromEntries(members);
  }
  if (typeof value === 'string') return UUID.test(value) ? 'uuid' : value;
  return typeof value === 'number' ? 'number' : (value as Json);
}
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
