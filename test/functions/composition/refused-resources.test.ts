import { expect, test } from 'vitest';
import { call, claim } from '../call.ts';
import { isTrue } from '../readiness.ts';

const image = 'registry.example/worker:v1';
const observed = { 'network-policy': {}, deployment: { status: { conditions: [isTrue('Available')] } } };

function told(message: string) {
  const composite = {
    ...claim('AgentExecutor', { image }),
    status: { conditions: [{ type: 'Synced', status: 'False', reason: 'ReconcileError', message }] },
  };
  const response = call(composite, { observed });
  const policy = response.resources.find(({ key }) => key === 'network-policy');
  return {
    ready: policy?.readiness.ready,
    condition: response.conditions.find(({ type }) => type === 'NetworkPolicyReady')?.message,
    ttl: response.ttl,
  };
}

test.each([
  'Unsynced resources: network-policy',
  'Unsynced resources: deployment, network-policy, and 2 more',
])(
  'a policy that the API server refused is not ready, and the claim says where the reason is: %s',
  (message) => {
    expect(told(message)).toEqual({
      ready: false,
      condition:
        'was refused by the API server; the events say why: kubectl describe agentexecutor orders -n shop',
      ttl: 15,
    });
  },
);

test.each(['Unsynced resources: stream-network-policy', 'cannot compose resources: network-policy'])(
  'another that was refused says nothing of it: %s',
  (message) => {
    expect(told(message)).toMatchObject({ ready: true, condition: undefined });
  },
);
