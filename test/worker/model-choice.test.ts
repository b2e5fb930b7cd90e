import { expect, test } from 'vitest';
import { hasModel, meansModel } from '../../worker/commands/model-choice.ts';

test.each([
  { environment: {}, has: false },
  { environment: { OPENAI_API_KEY: '' }, has: false },
  { environment: { AWS_BEARER_TOKEN_BEDROCK: 'key' }, has: false },
  { environment: { OPENAI_API_KEY: 'key' }, has: true },
  { environment: { OPENAI_BASE_URL: 'http://127.0.0.1:11434/v1' }, has: true },
  { environment: { ANTHROPIC_API_KEY: 'key' }, has: true },
  { environment: { AZURE_OPENAI_ENDPOINT: 'https://ours.openai.azure.com' }, has: true },
  { environment: { BEDROCK_REGION: 'eu-central-1' }, has: true },
  { environment: { GOOGLE_API_KEY: 'key' }, has: true },
  { environment: { GOOGLE_CLOUD_PROJECT: 'ours' }, has: true },
])('with $environment there is a model: $has', ({ environment, has }) => {
  expect(hasModel(environment)).toBe(has);
});

test.each([
  { more: {}, means: false },
  { more: { GOOGLE_CLOUD_LOCATION: 'europe-west4' }, means: true },
  { more: { GOOGLE_CLOUD_CREDENTIALS: '{}' }, means: true },
  { more: { GOOGLE_API_KEY: 'key' }, means: true },
  { more: { BEDROCK_REGION: 'eu-central-1' }, means: true },
])('a project of Google and $more mean a model: $means', ({ more, means }) => {
  expect(meansModel({ GOOGLE_CLOUD_PROJECT: 'ours', ...more })).toBe(means);
});
