import { expect, test } from 'vitest';
import type { Log } from '../../worker/jobs/parts.ts';
import { lastAttempt } from '../../worker/jobs/rules/retry.ts';
import type { AgentOutcome, AgentRun } from '../../worker/ports.ts';
import { attempts, fail, start, succeed } from './fixture.ts';
import { silentLog } from './silent-log.ts';

/** The lines that say how a job begins and ends, with the fields that every line of a job bears. */
function heard() {
  const lines: object[] = [];
  const logOf = (own: object): Log => ({
    ...silentLog,
    info(fields, message) {
      if (message.startsWith('job ') && message !== 'job handed back')
        lines.push({ ...own, ...fields, message });
    },
    warn(_, message) {
      if (message === 'attempt failed') lines.push({ message });
    },
    child: (fields) => logOf({ ...own, ...fields }),
  });
  return { lines, log: logOf({}) };
}

const job = { job_id: 'j', trace_id: 't' };
const ended = { ...job, status: 'completed', code: undefined, message: 'job ended' };
const failed = { message: 'attempt failed' };
const started = { ...job, agent: 'writer', attempt: 1, of: 3, message: 'job started' };

const resumed = {
  ...started,
  attempt: 2,
  step: 5,
  after: 'INTERNAL',
  message: 'job resumed: attempt 2 of 3, from step 5',
};

const from =
  (where: number | 'input', then: (run: AgentRun) => Promise<AgentOutcome>) => async (run: AgentRun) => {
    run.begins(where);
    return then(run);
  };
const drained = async (): Promise<AgentOutcome> => ({ kind: 'drained' });
const talking = async (run: AgentRun) => {
  run.emit({ type: 'on_state_update', data: {} });
  return succeed();
};
const first = from('input', fail('INTERNAL'));

test.each([
  {
    reason: 'that goes well at once',
    agent: attempts(from('input', succeed)),
    lines: [started, ended],
    events: ['end'],
  },
  {
    reason: 'whose second attempt goes on',
    agent: attempts(first, from(5, succeed)),
    lines: [started, failed, resumed, ended],
    events: [{ attempt: 2, of: 3, step: 5, after: 'INTERNAL' }, 'end'],
  },
  {
    reason: 'whose second attempt begins anew',
    agent: attempts(first, from('input', succeed)),
    lines: [
      started,
      failed,
      { ...started, attempt: 2, after: 'INTERNAL', message: 'job started again: attempt 2 of 3' },
      ended,
    ],
    events: [{ attempt: 2, of: 3, step: null, after: 'INTERNAL' }, 'end'],
  },
  {
    reason: 'that was handed back and is none the worse for it',
    agent: attempts(from('input', drained), from(2, succeed)),
    lines: [started, { ...started, step: 2, message: 'job resumed: attempt 1 of 3, from step 2' }, ended],
    events: [{ attempt: 1, of: 3, step: 2, after: null }, 'end'],
  },
  {
    reason: 'whose attempts do not get as far as its checkpoint',
    agent: attempts(fail('INTERNAL'), talking),
    lines: [
      started,
      failed,
      { ...started, attempt: 2, after: 'INTERNAL', message: 'job taken up again: attempt 2 of 3' },
      ended,
    ],
    events: [{ attempt: 2, of: 3, step: null, after: 'INTERNAL' }, 'on_state_update', 'end'],
  },
])('a job $reason says so, once, before all else', async ({ agent: { agent }, lines, events }) => {
  const { lines: said, log } = heard();
  const { publish, result, parts, stop } = start({ agent, log });
  await publish('j', { agent_definition: { name: 'writer' } });
  await result('j');
  await stop();
  expect(said).toEqual(lines);
  const told = (await parts.events.read('j', undefined, 100)).events;
  expect(told.map(({ type, data }) => (type === 'on_attempt' ? data : type))).toEqual(events);
});

test.each([
  { reason: 'the first', attempt: 1, failures: 0, last: 5 },
  { reason: 'all have failed so far', attempt: 4, failures: 3, last: 5 },
  { reason: 'some got further, or waited for a model', attempt: 9, failures: 1, last: 12 },
  { reason: 'fewer are allowed than there were', attempt: 9, failures: 8, last: 9 },
])('of attempts $attempt is one of $last: $reason', ({ attempt, failures, last }) => {
  expect(lastAttempt(attempt, { failures }, { maxAttempts: 5 })).toBe(last);
});
