import { describe, expect, test } from 'vitest';
import type { JsonObject, Observed } from '../../../../functions/composition/contract.ts';
import { at, list, text } from '../../../../functions/composition/read.ts';
import { call, claim, objectOf } from '../../call.ts';
import { isTrue } from '../../readiness.ts';

const composite = claim('AgentExecutor', { image: 'registry.example/worker:v1' });

/** One reconcile after what Crossplane and the Job controller made of the one before. */
function reconcile(observed: Record<string, Observed>) {
  const response = call(composite, { observed: { 'stream-network-policy': {}, ...observed } });
  const jobs = response.resources.filter(({ key }) => key.startsWith('stream-job-'));
  const condition = response.conditions.find(({ type }) => type === 'StreamReady');
  return {
    keys: jobs.map(({ key }) => key),
    late: jobs.filter(({ readiness }) => !readiness.ready).map(({ key }) => key),
    says: condition?.message ?? condition?.status ?? '',
    object: (key: string) => objectOf(response, key),
  };
}

const job = (minute: number, status: JsonObject): Observed => ({
  metadata: { creationTimestamp: `2026-01-01T00:0${minute}:00Z` },
  status,
});
const running = { active: 1, ready: 1 };
const complete = { conditions: [isTrue('Complete')] };
const failed = {
  conditions: [{ ...isTrue('Failed'), reason: 'BackoffLimitExceeded', message: 'Job has reached the limit' }],
};
const ended = (exit: number) => ({
  conditions: [
    {
      ...isTrue('Failed'),
      reason: 'PodFailurePolicy',
      message: `Container failed with exit code ${exit} matching`,
    },
  ],
});

const [a = ''] = reconcile({}).keys;
const [, b = ''] = reconcile({ [a]: job(1, failed) }).keys;

describe('a Job that has failed', () => {
  test('is followed by another that does the same after a pause, under another name, and stays for its log', () => {
    const next = reconcile({ [a]: job(1, failed) });
    expect(next.keys).toEqual([a, b]);
    expect(next.late).toEqual([b]);
    expect(next.says).toMatch(
      /^failed: Job has reached the limit; it is tried again\. kubectl logs job\/orders-stream-/,
    );
    const args = (key: string) =>
      list(at(next.object(key), 'spec', 'template', 'spec', 'containers')).map((each) => at(each, 'args'));
    expect([a, b].map(args)).toEqual([[['ensure-stream']], [['ensure-stream', '--after', '120']]]);
    const [one, two] = [a, b].map((key) => text(at(next.object(key), 'metadata', 'name')));
    expect(one).not.toBe(two);
  });

  test.each([
    {
      reason: 'while its successor runs, and what it said',
      status: running,
      late: [b],
      says: expect.stringMatching(/^failed: Job has reached the limit; it is tried again/) as string,
    },
    { reason: 'after its successor has succeeded', status: complete, late: [], says: 'True' },
  ])('stays $reason', ({ status, late, says }) => {
    const next = reconcile({ [a]: job(1, failed), [b]: job(2, status) });
    expect(next.keys.toSorted()).toEqual([a, b].toSorted());
    expect(next).toMatchObject({ late, says });
  });

  test('makes room when its successor has failed as well, and then has its turn again', () => {
    const both = reconcile({ [a]: job(1, failed), [b]: job(2, failed) });
    expect(both).toMatchObject({ keys: [b], late: [b] });
    expect(reconcile({ [b]: job(2, failed) }).keys).toEqual([b, a]);
    expect(reconcile({ [a]: job(3, running), [b]: job(2, failed) })).toMatchObject({ late: [a] });
    expect(reconcile({ [a]: job(3, failed), [b]: job(2, failed) }).keys).toEqual([a]);
  });

  test.each([
    { exit: 21, says: 'failed: NATS refuses the login: look at spec.nats.credentialsSecret' },
    { exit: 22, says: 'failed: JetStream is not there for this account of NATS' },
  ])('with $exit says why, and goes on saying it while it is tried again', ({ exit, says }) => {
    const next = reconcile({ [a]: job(1, ended(exit)) });
    expect(next).toMatchObject({ keys: [a, b], late: [b] });
    expect(next.says).toContain(says);
    expect(reconcile({ [a]: job(1, ended(exit)), [b]: job(2, running) }).says).toContain(says);
    expect(reconcile({ [a]: job(1, ended(exit)), [b]: job(2, complete) }).says).toBe('True');
  });

  test('for a reason that stays is not tried again, and says what to do', () => {
    const next = reconcile({ [a]: job(1, ended(20)) });
    expect(next).toMatchObject({ keys: [a], late: [a] });
    expect(next.says).toMatch(
      /^failed: the stream or its consumer belongs to another executor: .* kubectl logs job/,
    );
  });
});

describe('a Job of which no Pod runs', () => {
  test.each([
    {
      reason: 'its image cannot be pulled',
      status: { active: 1, ready: 0 },
      says: /^waits for its Pod to start: .*image/,
    },
    {
      reason: 'it failed',
      status: { active: 1, ready: 0, failed: 2 },
      says: /^has failed so far, and is tried again/,
    },
    { reason: 'between two attempts', status: { ready: 0, failed: 1 }, says: /^has failed so far/ },
    { reason: 'nobody says', status: {}, says: /^is running/ },
  ])('is not called running when $reason', ({ status, says }) => {
    expect(reconcile({ [a]: job(1, status) })).toMatchObject({
      keys: [a],
      says: expect.stringMatching(says),
    });
  });
});
