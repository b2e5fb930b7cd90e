import { expect, test } from 'vitest';
import type { JsonObject, Observed } from '../../../../functions/composition/contract.ts';
import { at, list } from '../../../../functions/composition/read.ts';
import { call, claim, objectOf } from '../../call.ts';
import { isFalse, isTrue } from '../../readiness.ts';

const image = 'registry.example/worker:v1';
const deployment = (...conditions: JsonObject[]): Observed => ({
  spec: { replicas: 0 },
  status: { conditions },
});
const runs = deployment(isTrue('Available'));
const broken = deployment(isFalse('Available'));
const scaler = (...triggers: string[]): Observed => ({
  spec: { triggers: triggers.map((type) => ({ type })) },
});

function compose(scaling: JsonObject, observed: Record<string, Observed>, served?: Record<string, boolean>) {
  return call(claim('AgentExecutor', { image, scaling }), { observed, ...(served ? { served } : {}) });
}

const counts = { countDueJobs: true };
const queueAlone = ['nats-jetstream'];
const both = ['nats-jetstream', 'postgresql'];

test.each([
  { reason: 'nobody asked for it', scaling: {}, observed: { deployment: runs }, triggers: queueAlone },
  {
    reason: 'the claim does not want it',
    scaling: { countDueJobs: false },
    observed: { deployment: runs },
    triggers: queueAlone,
  },
  { reason: 'there are no workers yet', scaling: counts, observed: {}, triggers: queueAlone },
  {
    reason: 'no worker has started yet',
    scaling: counts,
    observed: { deployment: broken },
    triggers: queueAlone,
  },
  { reason: 'workers can start', scaling: counts, observed: { deployment: runs }, triggers: both },
  {
    reason: 'it was there before, whatever has become of the workers',
    scaling: counts,
    observed: { deployment: broken, 'scaled-object': scaler(...both) },
    triggers: both,
  },
  {
    reason: 'the claim does not want it any more',
    scaling: {},
    observed: { deployment: runs, 'scaled-object': scaler(...both) },
    triggers: queueAlone,
  },
])('KEDA asks $triggers when $reason', ({ scaling, observed, triggers }) => {
  const found = list(at(objectOf(compose(scaling, observed), 'scaled-object'), 'spec', 'triggers'));
  expect(found.map((trigger) => at(trigger, 'type'))).toEqual(triggers);
});

test('KEDA has the login of the very database that the workers have, and it is made with the claim', () => {
  const composite = claim('AgentExecutor', { image, scaling: counts, postgresConnectionSecret: 'their-db' });
  const { spec } = objectOf(call(composite), 'trigger-authentication');
  const entries = list(at(spec as JsonObject, 'secretTargetRef'));
  expect(entries.map((entry) => at(entry, 'name'))).toEqual(entries.map(() => 'their-db'));
});

test('nothing is made for KEDA where it is not', () => {
  const { resources } = compose(counts, {}, { 'scaled-object': false });
  expect(resources.map(({ key }) => key).filter((key) => /^(scaled|trigger)/.test(key))).toEqual([]);
});
