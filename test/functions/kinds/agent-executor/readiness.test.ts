import { describe, expect, test } from 'vitest';
import type { Json, JsonObject, Observed } from '../../../../functions/composition/contract.ts';
import { call, claim } from '../../call.ts';
import { isFalse, isTrue } from '../../readiness.ts';

const available = {
  observedGeneration: 2,
  updatedReplicas: 1,
  availableReplicas: 1,
  replicas: 1,
  conditions: [isTrue('Available')],
};
const deployment = (status: Json, replicas = 1): Observed => ({
  metadata: { generation: 2 },
  spec: { replicas },
  status,
});
const scaler = (...conditions: JsonObject[]): Observed => ({ status: { conditions } });
const keys = (...names: string[]): Observed => ({
  data: Object.fromEntries(names.map((name) => [name, 'eA=='])),
});
const secrets = {
  postgres: keys('POSTGRES_HOST', 'POSTGRES_PORT', 'POSTGRES_DB', 'POSTGRES_USER', 'POSTGRES_PASSWORD'),
  dragonfly: keys('DRAGONFLY_HOST', 'DRAGONFLY_PORT', 'DRAGONFLY_PASSWORD'),
  llm: keys('OPENAI_API_KEY', 'ANTHROPIC_API_KEY'),
};
/** What serves as soon as it exists. */
const made = {
  'service-account': {},
  service: {},
  'disruption-budget': {},
  'network-policy': {},
};
const working = { ...made, deployment: deployment(available), 'scaled-object': scaler(isTrue('Ready')) };

describe('AgentExecutor', () => {
  const cases: readonly {
    reason: string;
    observed: Record<string, Observed>;
    required?: Record<string, Observed | null>;
    phase: string;
    says: RegExp;
  }[] = [
    { reason: 'all is well', observed: working, phase: 'Ready', says: /1 worker runs/ },
    {
      reason: 'scaled to zero: the Deployment reports no counts at all, and the scaler is not active',
      observed: {
        ...made,
        deployment: deployment({ observedGeneration: 2, conditions: [isTrue('Available')] }, 0),
        'scaled-object': scaler(isTrue('Ready'), isFalse('Active')),
      },
      phase: 'Ready',
      says: /No job waits/,
    },
    {
      reason: 'a missing Secret is named, and so is a missing key',
      observed: {},
      required: { ...secrets, postgres: keys('POSTGRES_HOST'), dragonfly: null, llm: keys('GEMINI_API_KEY') },
      phase: 'Pending',
      says: /POSTGRES_PORT, .* in Secret orders-db-conn, Secret orders-cache-conn, OPENAI_API_KEY or ANTHROPIC_API_KEY in Secret orders-llm-keys/,
    },
    {
      reason: 'a Secret that goes away while workers run degrades them',
      observed: working,
      required: { ...secrets, postgres: null },
      phase: 'Degraded',
      says: /Secret orders-db-conn/,
    },
    {
      reason: 'workers run that no policy restricts',
      observed: { deployment: working.deployment, 'scaled-object': working['scaled-object'] },
      phase: 'Degraded',
      says: /network policy is being made/,
    },
    {
      reason: 'the controller has not seen the newest spec',
      observed: { ...working, deployment: { ...deployment(available), metadata: { generation: 3 } } },
      phase: 'Degraded',
      says: /Deployment controller/,
    },
    {
      reason: 'Pods cannot start',
      observed: {
        ...working,
        deployment: deployment({
          observedGeneration: 2,
          updatedReplicas: 1,
          conditions: [isFalse('Progressing', 'ReplicaSet has timed out', 'ProgressDeadlineExceeded')],
        }),
      },
      phase: 'Provisioning',
      says: /timed out/,
    },
    {
      reason: 'the scaler cannot read the backlog',
      observed: {
        ...working,
        'scaled-object': scaler(
          isFalse('Ready', 'Triggers defined in ScaledObject are not working correctly'),
        ),
      },
      phase: 'Degraded',
      says: /Triggers/,
    },
  ];

  test.each(cases)('$reason', ({ observed, required = secrets, phase, says }) => {
    const composite = claim('AgentExecutor', {
      image: 'registry.example/worker:v1',
      stream: { management: 'none' },
    });
    const response = call(composite, { observed, required });
    expect(response.results).toEqual([]);
    expect(response.status).toMatchObject({ phase, message: expect.stringMatching(says) });
    expect(response.ttl).toBe(phase === 'Ready' ? 0 : 15);
  });

  test('the stream Job has a name and a key of its own for each image, and its failure is told', () => {
    const keyOf = (image: string) =>
      call(claim('AgentExecutor', { image })).resources.find(({ key }) => key.startsWith('stream-job-'))
        ?.key ?? '';
    const key = keyOf('registry.example/worker:v1');
    expect(keyOf('registry.example/worker:v1')).toBe(key);
    expect(keyOf('registry.example/worker:v2')).not.toBe(key);

    const failed = { status: { conditions: [isTrue('Failed')] } };
    const observed = { ...working, [key]: failed };
    const response = call(claim('AgentExecutor', { image: 'registry.example/worker:v1' }), {
      observed,
      required: secrets,
    });
    expect(response.status).toMatchObject({
      phase: 'Failed',
      message: expect.stringMatching(/stream failed/),
    });
  });
});
