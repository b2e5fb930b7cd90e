import { expect, test } from 'vitest';
import { claimText, cli, folder } from './run.ts';

function executor(name: string, namespace: string, ...spec: string[]): string {
  const text = claimText('AgentExecutor', name, ['image: registry.example/worker:v1', ...spec]);
  return text.replace('namespace: shop', `namespace: ${namespace}`);
}

const bot = executor('bot', 'shop');

interface Case {
  readonly reason: string;
  readonly others: readonly string[];
  /** What is said of the claim in a.yaml. */
  readonly says?: string;
}

const conflicts: readonly Case[] = [
  {
    reason: 'default names on the default NATS',
    others: [executor('bot', 'search')],
    says: 'a.yaml:6:1: AgentExecutor shop/bot spec.nats.subjectPrefix: only one claim may have stream AGENT_EXECUTION at NATS nats.nats.svc:4222, and so has AgentExecutor search/bot (b0.yaml:1)',
  },
  {
    reason: 'one of several servers, as its headless Service, in capitals',
    others: [
      executor(
        'bot',
        'search',
        'natsUrl: nats://other.nats.svc,nats://nats-0.NATS-headless.nats.svc.cluster.local.:4222',
      ),
    ],
    says: 'AgentExecutor search/bot',
  },
  {
    reason: 'a short name that means the same Service in the namespace',
    others: [executor('bot', 'nats', 'natsUrl: nats://nats')],
    says: 'AgentExecutor nats/bot',
  },
  {
    reason: 'another stream for the same subject',
    others: [executor('bot', 'search', 'natsStreamName: SEARCH')],
    says: 'only one claim may have stream AGENT_STATUS at',
  },
  {
    reason: 'more than a finding can name',
    others: ['b', 'c', 'd', 'e', 'f'].map((name) => executor(name, 'shop')),
    says: 'AgentExecutor shop/b (b0.yaml:1), AgentExecutor shop/c (b1.yaml:1), AgentExecutor shop/d (b2.yaml:1), 2 more',
  },
  { reason: 'a prefix of its own', others: [executor('bot', 'search', 'nats: { subjectPrefix: search }')] },
  { reason: 'another account', others: [executor('bot', 'search', 'nats: { account: SEARCH }')] },
  { reason: 'another NATS', others: [executor('bot', 'search', 'natsUrl: nats://nats.search.svc')] },
  { reason: 'another port', others: [executor('bot', 'search', 'natsUrl: nats://nats.nats.svc:4223')] },
  { reason: 'the same claim in another state', others: [bot] },
  { reason: 'a claim of another kind', others: [claimText('PostgresInstance', 'bot')] },
];

test.each(conflicts)('a queue for two is told of, and only that: $reason', async ({ others, says }) => {
  const files = Object.fromEntries(others.map((text, index) => [`b${index}.yaml`, text]));
  const run = await cli(['validate', '.'], folder({ 'a.yaml': bot, ...files }));
  const lines = run.stdout.split('\n').filter((line) => line.startsWith('a.yaml'));
  expect(lines).toHaveLength(says === undefined ? 0 : 1);
  expect(lines.join('')).toContain(says ?? '');
  expect(run.code).toBe(says === undefined ? 0 : 1);
});

test('each of the two has a finding, at the field that gives it a queue of its own', async () => {
  const named = ['natsStreamName: JOBS', 'nats:'];
  const cwd = folder({
    'a.yaml': executor('one', 'shop', ...named, '  subjectPrefix: one'),
    'b.yaml': executor('two', 'shop', ...named, '  subjectPrefix: two'),
  });
  const run = await cli(['validate', '.'], cwd);
  const thing = 'only one claim may have stream JOBS at NATS nats.nats.svc:4222, and so has';
  expect(run.stdout.trim().split('\n')).toEqual([
    `a.yaml:8:3: AgentExecutor shop/one spec.natsStreamName: ${thing} AgentExecutor shop/two (b.yaml:1)`,
    `b.yaml:8:3: AgentExecutor shop/two spec.natsStreamName: ${thing} AgentExecutor shop/one (a.yaml:1)`,
  ]);
  expect(run.stderr).toBe('0 of 2 claims valid, 2 problems\n');
});

test('a claim that is wrong otherwise is not compared', async () => {
  const cwd = folder({ 'a.yaml': bot, 'b.yaml': executor('bot', 'search', 'size: huge') });
  const run = await cli(['validate', '.'], cwd);
  expect(run.stdout).not.toContain('only one claim');
});
