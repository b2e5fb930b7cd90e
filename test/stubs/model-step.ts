import type { Step } from '../../worker/telemetry.ts';

/** A call of a model that this source has answered. */
export const modelStep = (source: string): Step => ({
  kind: 'model',
  seconds: 0,
  agent: 'a',
  model: 'm',
  source,
  tokens: { input: 1, output: 1 },
  finishReason: 'stop',
});
