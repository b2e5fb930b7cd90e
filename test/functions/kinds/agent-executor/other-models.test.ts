import { describe, expect, test } from 'vitest';
import type { JsonObject, Lookup, Observed, Response } from '../../../../functions/composition/contract.ts';
import { at, list, text } from '../../../../functions/composition/read.ts';
import { otherModels } from '../../../../functions/kinds/agent-executor/environment.ts';
import { readModels } from '../../../../worker/config/models.ts';
import { envReader } from '../../../../worker/config/env-reader.ts';
import { modelVariables } from '../../../../worker/env-models.ts';
import { call, claim, objectOf } from '../../call.ts';

const secret = (...names: string[]): Observed => ({
  data: Object.fromEntries(names.map((name) => [name, btoa(`the ${name}`)])),
});
const others = {
  postgres: secret('POSTGRES_HOST', 'POSTGRES_PORT', 'POSTGRES_DB', 'POSTGRES_USER', 'POSTGRES_PASSWORD'),
  dragonfly: secret('DRAGONFLY_HOST', 'DRAGONFLY_PORT', 'DRAGONFLY_PASSWORD'),
  api: null,
};
const bedrock = [{ name: 'BEDROCK_REGION', value: 'eu-central-1' }];

/** A claim with these variables, by what its Secret for models has. */
function compose(llm: Lookup, spec: JsonObject = { env: bedrock }, found: Record<string, Lookup> = {}) {
  return call(claim('AgentExecutor', spec), { required: { ...others, llm, ...found } });
}

const pod = (response: Response) => at(objectOf(response, 'deployment'), 'spec', 'template');
const keys = (response: Response) =>
  list(at(list(at(pod(response), 'spec', 'containers'))[0], 'env'))
    .map((each) => text(at(each, 'name')))
    .filter((name) => /^(OPENAI|ANTHROPIC)_/.test(name));
const isPaused = (response: Response) => at(objectOf(response, 'deployment'), 'spec', 'paused') === true;
const secretsReady = ({ conditions }: Response) => conditions.find(({ type }) => type === 'SecretsReady');

/** The claim after Pods were made, with another look at the Secret for models. */
function later(before: Response, llm: Lookup) {
  const deployment = { ...objectOf(before, 'deployment'), status: {} };
  return call(claim('AgentExecutor', { env: bedrock }), {
    required: { ...others, llm },
    observed: { deployment },
  });
}

describe('the Secret for models', () => {
  const byValue = otherModels.map((name) => ({ name, value: 'any' }));
  const bySecret = otherModels.map((name) => ({ name, secretKeyRef: { name: 'cloud', key: 'key' } }));
  test.each<JsonObject>([...byValue, ...bySecret])('is not waited for beside %j', (variable) => {
    const response = compose(null, { env: [variable] }, { 'env-cloud': secret('key') });
    expect(secretsReady(response)).toMatchObject({ status: 'True' });
    expect(keys(response)).toEqual([]);
    expect(isPaused(response)).toBe(false);
    expect(response.requirements['llm']).toMatchObject({ name: 'orders-llm-keys' });
  });

  test.each<{ reason: string; spec: JsonObject; secret?: string }>([
    { reason: 'no variable opens anything', spec: {} },
    { reason: 'the variable is empty', spec: { env: [{ name: 'BEDROCK_REGION', value: '' }] } },
    { reason: 'the variable is blank', spec: { env: [{ name: 'GOOGLE_API_KEY', value: ' ' }] } },
    {
      reason: 'variables say the rest alone',
      spec: {
        env: ['AZURE_OPENAI_API_KEY', 'AWS_BEARER_TOKEN_BEDROCK', 'GOOGLE_CLOUD_LOCATION'].map((name) => ({
          name,
          value: 'any',
        })),
      },
    },
    {
      reason: 'a server of the protocol of OpenAI may want a key',
      spec: { env: [{ name: 'OPENAI_BASE_URL', value: 'http://vllm.models.svc:8000/v1' }] },
    },
    {
      reason: 'the claim asks for it by its name',
      spec: { env: bedrock, llmKeysSecret: 'mine' },
      secret: 'mine',
    },
  ])('is waited for where $reason', ({ spec, secret = 'orders-llm-keys' }) => {
    const response = compose(null, spec);
    expect(secretsReady(response)).toMatchObject({
      status: 'False',
      message: `Pods wait for Secret ${secret}.`,
    });
    expect(keys(response)).toEqual(expect.arrayContaining(['OPENAI_API_KEY', 'ANTHROPIC_API_KEY']));
    expect(isPaused(response)).toBe(true);
  });

  test.each([
    { has: ['ANTHROPIC_API_KEY', 'OTHER'], reads: ['ANTHROPIC_API_KEY'] },
    { has: ['OPENAI_BASE_URL'], reads: ['OPENAI_BASE_URL'] },
    { has: ['OTHER'], reads: [] },
  ])('is read where it is there: $has', ({ has, reads }) => {
    const response = compose(secret(...has));
    expect(keys(response)).toEqual(reads);
    expect(secretsReady(response)).toMatchObject({ status: 'True' });
  });

  test('that a variable refers to is waited for', () => {
    const secretKeyRef = { name: 'orders-llm-keys', key: 'google' };
    const spec = { env: [{ name: 'GOOGLE_API_KEY', secretKeyRef }] };
    const found = secret('OPENAI_API_KEY');
    expect(secretsReady(compose(found, spec, { 'env-orders-llm-keys': found }))).toMatchObject({
      status: 'False',
      message: 'Pods wait for google in Secret orders-llm-keys.',
    });
  });

  test('rolls the Pods when it comes, and when it goes', () => {
    const without = compose(null);
    const come = later(without, secret('OPENAI_API_KEY'));
    expect(keys(come)).toEqual(['OPENAI_API_KEY']);
    expect(at(pod(come), 'metadata')).not.toEqual(at(pod(without), 'metadata'));
    const gone = later(come, null);
    expect(pod(gone)).toEqual(pod(without));
    expect(secretsReady(gone)).toMatchObject({ status: 'True' });
  });

  test.each([null, secret('OPENAI_API_KEY')])('changes nothing before somebody has looked', (llm) => {
    const before = compose(llm);
    const blind = later(before, undefined);
    expect(pod(blind)).toEqual(pod(before));
    expect(secretsReady(blind)).toMatchObject({ status: 'Unknown' });
  });
});

test.each(Object.keys(modelVariables))('%s opens models to the claim as it does to the worker', (name) => {
  const { azure, bedrock, google } = readModels(envReader({ [name]: 'any' }));
  const opens = [azure, bedrock, google].some((server) => server !== undefined);
  expect(otherModels.some((each) => each === name)).toBe(opens);
});
