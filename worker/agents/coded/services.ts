import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { Ajv } from 'ajv';
import { capabilitiesOf } from '../definition/capabilities.ts';
import { modelProblems } from '../definition/model-rules.ts';
import { fallbackSchema } from '../definition/model-schema.ts';
import { modelSpec } from '../definition/model-spec.ts';
import { schemaProblems } from '../definition/schema-problems.ts';
import type { ModelShape } from '../definition/shape.ts';
import { openModel } from '../model/model.ts';
import type { AgentSettings } from '../settings.ts';

/** What the worker lends to the code of an agent. A function that is made for `langgraph.json` finds a config in it. */
export interface AgentServices {
  readonly configurable: Readonly<Record<string, never>>;
  /** A model of the worker's, in the fields of `nodes[].config.model` of a definition but for `fallbacks`. */
  model(asked: Readonly<Record<string, unknown>>): Promise<BaseChatModel>;
}

/** What a person has chosen for all models, whatever the code says. */
export type ModelChoice = Readonly<Record<string, string>>;

/** What may stand in the call: LLM_MODEL_NAME takes the place of a name. */
const callSchema = { ...fallbackSchema, required: ['provider'] } as const;

export function agentServices(settings: AgentSettings, chosen: ModelChoice): AgentServices {
  const capabilities = { ...capabilitiesOf(settings), defaultFallbacks: [] };
  const validate = new Ajv({ allErrors: true, strict: false }).compile(callSchema);
  return {
    configurable: {},
    async model(asked) {
      const named = { ...asked, ...chosen };
      const problems = validate(named)
        ? modelProblems(named as unknown as ModelShape, 'model', capabilities)
        : schemaProblems(validate.errors, 'model', 'is no field of a model');
      if (problems.length > 0)
        throw new Error(problems.map(({ path, message }) => `${path} ${message}`).join('; '));
      return openModel(modelSpec(named as unknown as ModelShape, capabilities), settings);
    },
  };
}
