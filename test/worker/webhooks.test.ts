import { describe, expect, test } from 'vitest';
import { readConfig } from '../../worker/config/config.ts';
import { readWebhooks } from '../../worker/config/webhooks.ts';
import { webhookSignature } from '../../worker/jobs/digest.ts';
import { callWebhooks } from '../../worker/jobs/upkeep/call-webhooks.ts';
import type { JobCounter } from '../../worker/jobs/parts.ts';
import { openWebhooks } from '../../worker/serve/webhooks.ts';
import type { DueWebhook, RunRecord } from '../../worker/thread-store.ts';
import { silentLog } from './silent-log.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const clock = { wall: () => new Date(0) };
const HOUR_MS = 3_600_000;

function opened(environment: Record<string, string>) {
  const read = readConfig({ WEBHOOK_SECRET: secret, ...environment }, readWebhooks);
  if (read.kind === 'problems' || !read.config) throw new Error('expected webhooks');
  return openWebhooks(read.config, clock);
}

test('the signature is that of the reference of Standard Webhooks', () => {
  const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
  const signature = webhookSignature(
    key,
    'msg_p5jXN8AQM9LWM0D4loKWxJek',
    1_614_265_330,
    '{"test": 2432232314}',
  );
  expect(signature).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
});

describe('which addresses are called', () => {
  test.each([
    { reason: 'a public one, by default', url: 'https://example.com/ended?of=me' },
    { reason: 'not without TLS', url: 'http://example.com/ended', refused: 'no address that' },
    { reason: 'not another port', url: 'https://example.com:8443/ended', refused: 'no address that' },
    { reason: 'not what is no address', url: '/ended', refused: 'no address that' },
    { reason: 'not one with a password', url: 'https://me:it@example.com/', refused: 'no address that' },
    { reason: 'not this machine', url: 'https://127.0.0.1/', refused: 'private' },
    { reason: 'nor in other words', url: 'https://[::ffff:7f00:1]/', refused: 'private' },
    { reason: 'not the cloud that it runs in', url: 'https://169.254.169.254/', refused: 'private' },
    { reason: 'a private one that is named', url: 'http://10.1.2.3/a', allowed: 'http://10.1.2.3/a' },
    {
      reason: 'not one that is not named in full',
      url: 'http://10.1.2.3/a',
      allowed: 'http://10.*/*',
      refused: 'private',
    },
  ])('$reason', ({ url, allowed, refused }) => {
    const webhooks = opened(allowed === undefined ? {} : { WEBHOOK_ALLOWED_URLS: allowed });
    expect(webhooks.refusal(url) ?? 'it is called').toContain(refused ?? 'it is called');
  });
});

describe('the key', () => {
  test('is needed for any call', () => {
    expect(readConfig({}, readWebhooks)).toEqual({ kind: 'config', config: undefined });
  });

  test.each([
    { reason: 'its kind is missing', value: Buffer.alloc(32, 7).toString('base64') },
    { reason: 'too short', value: `whsec_${Buffer.alloc(23).toString('base64')}` },
    { reason: 'too long', value: `whsec_${Buffer.alloc(65).toString('base64')}` },
    { reason: 'no base64', value: `whsec_${'*'.repeat(44)}` },
  ])('is refused: $reason', ({ value }) => {
    expect(readConfig({ WEBHOOK_SECRET: value }, readWebhooks)).toEqual({
      kind: 'problems',
      problems: [
        {
          path: 'WEBHOOK_SECRET',
          message: 'expected whsec_ and 24 to 64 bytes in base64, got another value',
        },
      ],
    });
  });
});

describe('a call', () => {
  test.each([
    { reason: 'that is taken is the last', ageMs: 0, closed: true, counted: 'webhook' },
    { reason: 'that fails is made again', ageMs: HOUR_MS, fails: true, closed: false },
    {
      reason: 'is given up after a day',
      ageMs: 25 * HOUR_MS,
      fails: true,
      closed: true,
      counted: 'webhook_lost',
    },
    {
      reason: 'is given up where its address is allowed no more',
      ageMs: 0,
      refusal: 'is no address',
      closed: true,
      counted: 'webhook_lost',
    },
  ])('$reason', async ({ ageMs, fails, refusal, closed, counted }) => {
    const done: string[] = [];
    const counts: JobCounter[] = [];
    const run = { runId: 'r' } as RunRecord;
    const due: DueWebhook = { run, url: 'https://example.com/', ageMs };
    await callWebhooks(
      {
        threads: {
          takeWebhooks: async () => [due],
          closeWebhook: async (runId) => void done.push(runId),
        },
        webhooks: {
          refusal: () => refusal,
          call: async () => {
            if (fails) throw new Error('nobody there');
          },
        },
        tell: async () => ({}),
        meter: {
          count: (what) => void counts.push(what),
          time: () => {},
          step: () => {},
          event: () => {},
          running: () => {},
        },
        log: silentLog,
      },
      new AbortController().signal,
    );
    expect(done).toEqual(closed ? ['r'] : []);
    expect(counts).toEqual(counted === undefined ? [] : [counted]);
  });
});
