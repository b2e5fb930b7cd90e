import type { Capabilities } from '../../worker/agents/definition/definition.ts';
import { parseDefinition } from '../../worker/agents/definition/parse.ts';
import type { JsonObject } from '../../worker/json.ts';

/** A worker that offers one provider and one server of tools. */
export const able: Capabilities = {
  providers: ['openai'],
  defaultModel: undefined,
  defaultFallbacks: [],
  python: false,
  headerVariables: ['MODEL_HEADER_GATEWAY'],
  mcpServers: ['search'],
  mayCall: () => true,
};

/** The model of a node that says nothing else. */
export const model = { provider: 'openai', model: 'gpt-4.1-mini' };

/** A node that lacks nothing. */
export const node = (id: string, more: JsonObject = {}, type = 'Specialist') => ({
  id,
  type,
  config: { name: id, system_prompt: 'You help.', model, ...more },
});

/** The script of a tool that lacks nothing. */
export const script = 'export default () => 1';

/** A tool that lacks nothing. */
export const tool = (name: string, more: JsonObject = {}) => ({
  name,
  description: 'does it',
  runtime: { kind: 'quickjs', script },
  ...more,
});

/** What is wrong with a definition, each with its path. */
export function problems(definition: JsonObject): readonly string[] {
  const parsed = parseDefinition(definition, able);
  return parsed.kind === 'problems' ? parsed.problems.map(({ path, message }) => `${path} ${message}`) : [];
}
