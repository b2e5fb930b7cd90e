import { describe, expect, test } from 'vitest';
import type { Json, JsonObject, Observed } from '../../functions/contract.ts';
import { call, claim } from './call.ts';

const isTrue = (type: string) => ({ type, status: 'True', reason: 'Fine', message: 'fine' });
const isFalse = (type: string, message = 'not fine', reason = 'Broken') => ({
  type,
  status: 'False',
  reason,
  message,
});

const found = {
  metadata: { annotations: { 'zerotouch.bizmatters.io/credentials-revision': '1' } },
  data: { password: 'cGFzcw==' },
};

interface Case {
  readonly reason: string;
  readonly spec?: JsonObject;
  readonly status: JsonObject | undefined;
  readonly phase: string;
  readonly ready: boolean;
  readonly says: RegExp;
}

const healthy = 'Cluster in healthy state';
const clusters: readonly Case[] = [
  { reason: 'not made yet', status: undefined, phase: 'Pending', ready: false, says: /being made/ },
  {
    reason: 'no operator has seen it',
    status: {},
    phase: 'Provisioning',
    ready: false,
    says: /has not reported/,
  },
  {
    reason: 'the first primary is being set up',
    status: { phase: 'Setting up primary', phaseReason: 'Creating primary instance x-1' },
    phase: 'Provisioning',
    ready: false,
    says: /Setting up primary: Creating primary instance x-1\. 0 of 1/,
  },
  {
    reason: 'healthy and serving',
    status: { phase: healthy, readyInstances: 1, currentPrimary: 'x-1', conditions: [isTrue('Ready')] },
    phase: 'Ready',
    ready: true,
    says: /The database serves/,
  },
  {
    reason: 'healthy by name, but one instance of three is away',
    spec: { instances: 3 },
    status: { phase: healthy, readyInstances: 2, currentPrimary: 'x-1', conditions: [isTrue('Ready')] },
    phase: 'Degraded',
    ready: false,
    says: /2 of 3 instances serve/,
  },
  {
    reason: 'failing over',
    spec: { instances: 3 },
    status: {
      phase: 'Failing over',
      phaseReason: 'x-1 is gone.',
      readyInstances: 2,
      currentPrimary: 'x-1',
      conditions: [isFalse('Ready')],
    },
    phase: 'Degraded',
    ready: false,
    says: /Failing over: x-1 is gone\. 2 of 3/,
  },
  {
    reason: 'an instance is being added',
    spec: { instances: 3 },
    status: {
      phase: 'Creating a new replica',
      readyInstances: 1,
      currentPrimary: 'x-1',
      conditions: [isFalse('Ready')],
    },
    phase: 'Provisioning',
    ready: false,
    says: /1 of 3/,
  },
  {
    reason: 'the operator gave up',
    status: {
      phase: 'Unable to create required cluster objects',
      phaseReason: 'quota exceeded',
      conditions: [isFalse('Ready')],
    },
    phase: 'Failed',
    ready: false,
    says: /quota exceeded/,
  },
  {
    reason: 'hibernated: the healthy phase with nothing running',
    spec: { hibernated: true },
    status: {
      phase: healthy,
      readyInstances: 0,
      conditions: [isTrue('Ready'), isTrue('cnpg.io/hibernation')],
    },
    phase: 'Ready',
    ready: true,
    says: /hibernated/,
  },
  {
    reason: 'being hibernated',
    spec: { hibernated: true },
    status: {
      phase: healthy,
      readyInstances: 1,
      conditions: [isTrue('Ready'), isFalse('cnpg.io/hibernation', 'Deleting Pods')],
    },
    phase: 'Provisioning',
    ready: false,
    says: /Deleting Pods/,
  },
  {
    reason: 'woken up, but nothing serves yet although the phase is the healthy one',
    status: { phase: healthy, readyInstances: 0, currentPrimary: 'x-1', conditions: [isTrue('Ready')] },
    phase: 'Degraded',
    ready: false,
    says: /0 of 1/,
  },
];

const caches: readonly Case[] = [
  { reason: 'not made yet', status: undefined, phase: 'Pending', ready: false, says: /being made/ },
  {
    reason: 'no operator has seen it',
    status: {},
    phase: 'Provisioning',
    ready: false,
    says: /has not reported/,
  },
  {
    reason: 'pods are starting',
    status: { phase: 'ResourcesCreated' },
    phase: 'Provisioning',
    ready: false,
    says: /starting/,
  },
  {
    reason: 'the same in the older spelling',
    status: { phase: 'resources-created' },
    phase: 'Provisioning',
    ready: false,
    says: /starting/,
  },
  {
    reason: 'a master is being chosen',
    status: { phase: 'Configuring' },
    phase: 'Provisioning',
    ready: false,
    says: /master/,
  },
  {
    reason: 'ready, without any condition',
    status: { phase: 'Ready' },
    phase: 'Ready',
    ready: true,
    says: /serves/,
  },
  {
    reason: 'ready in the older spelling',
    status: { phase: 'ready' },
    phase: 'Ready',
    ready: true,
    says: /serves/,
  },
  { reason: 'rolling', status: { phase: 'RollingUpdate' }, phase: 'Degraded', ready: false, says: /restart/ },
  {
    reason: 'a phase nobody knew of',
    status: { phase: 'Elsewhere' },
    phase: 'Provisioning',
    ready: false,
    says: /Elsewhere/,
  },
];

function judge(kind: 'PostgresInstance' | 'DragonflyInstance', key: string, { spec = {}, status }: Case) {
  const observed: Record<string, Observed> = status === undefined ? {} : { [key]: { status } };
  const secret = { ...found, type: kind === 'PostgresInstance' ? 'kubernetes.io/basic-auth' : 'Opaque' };
  return call(claim(kind, spec), { observed, required: { conn: secret } });
}

describe.each([
  ['PostgresInstance', 'cluster', 'DatabaseReady', clusters],
  ['DragonflyInstance', 'dragonfly', 'CacheReady', caches],
] as const)('%s', (kind, key, condition, cases) => {
  test.each(cases)('$reason', (each) => {
    const response = judge(kind, key, each);
    expect(response.status).toMatchObject({ phase: each.phase, message: expect.stringMatching(each.says) });
    const resource = response.resources.find((found) => found.key === key);
    expect(resource?.readiness.ready).toBe(each.ready);
    expect(response.conditions).toContainEqual(
      expect.objectContaining({ type: condition, status: each.ready ? 'True' : 'False' }),
    );
    expect(response.ttl).toBe(each.ready ? 0 : 15);
  });
});

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
const working = { deployment: deployment(available), 'scaled-object': scaler(isTrue('Ready')) };

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
        deployment: deployment({ observedGeneration: 2, conditions: [isTrue('Available')] }, 0),
        'scaled-object': scaler(isTrue('Ready'), isFalse('Active')),
      },
      phase: 'Ready',
      says: /No job waits/,
    },
    {
      reason: 'a missing Secret is named, and so is a missing key',
      observed: {},
      required: { ...secrets, dragonfly: null, llm: keys('OPENAI_API_KEY') },
      phase: 'Pending',
      says: /Secret orders-cache-conn, ANTHROPIC_API_KEY in Secret orders-llm-keys/,
    },
    {
      reason: 'a Secret that goes away while workers run degrades them',
      observed: working,
      required: { ...secrets, postgres: null },
      phase: 'Degraded',
      says: /Secret orders-db-conn/,
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

describe('backups', () => {
  const backedUp = { backup: { objectStore: 'backups' } };
  const store = { spec: { configuration: { destinationPath: 's3://here' } } };

  test('a missing ObjectStore is named, and looked for again', () => {
    const response = call(claim('PostgresInstance', backedUp), {
      required: { conn: null, 'object-store': null },
    });
    expect(response.ttl).toBe(15);
    expect(response.conditions).toContainEqual(
      expect.objectContaining({
        type: 'BackupReady',
        reason: 'ObjectStoreMissing',
        message: expect.stringContaining('backups'),
      }),
    );
    expect(response.resources.find(({ key }) => key === 'scheduled-backup')?.readiness.ready).toBe(false);
  });

  test('an archive that fails is told on the claim', () => {
    const cluster = {
      status: {
        phase: healthy,
        conditions: [isTrue('Ready'), isFalse('ContinuousArchiving', 'no such bucket')],
      },
    };
    const response = call(claim('PostgresInstance', backedUp), {
      observed: { cluster },
      required: { conn: null, 'object-store': store },
    });
    expect(response.conditions).toContainEqual({
      type: 'BackupReady',
      status: 'False',
      reason: 'ArchivingFails',
      message: 'no such bucket',
    });
  });
});
