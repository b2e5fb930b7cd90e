import { expect, test } from 'vitest';
import { readableLine } from '../../worker/observability/readable-line.ts';

const time = '2026-11-27T22:14:06.902Z';

test.each([
  {
    reason: 'fields come after the message, and only what has spaces in quotes',
    entry: { level: 'warn', time, dependency: 'dragonfly', reason: 'not connected', msg: 'not ready' },
    line: '22:14:06.902 WARN  not ready  dependency=dragonfly  reason="not connected"\n',
  },
  {
    reason: 'numbers, lists and a line break',
    entry: { level: 'info', time, port: 8080, needs: ['a'], text: 'one\ntwo', msg: 'started' },
    line: '22:14:06.902 INFO  started  port=8080  needs=["a"]  text="one\\ntwo"\n',
  },
  {
    reason: 'an error with its stack and its cause',
    entry: {
      level: 'error',
      time,
      err: {
        type: 'Failure',
        message: 'no answer',
        stack: 'Failure: no answer\n    at ask (ask.ts:3)',
        cause: { type: 'Error', message: 'refused' },
      },
      msg: 'cannot run',
    },
    line: [
      '22:14:06.902 ERROR cannot run',
      '    Failure: no answer',
      '        at ask (ask.ts:3)',
      '    caused by',
      '    Error: refused',
      '',
    ].join('\n'),
  },
])('$reason', ({ entry, line }) => {
  expect(readableLine(`${JSON.stringify(entry)}\n`, false)).toBe(line);
});

test('a warning has its color where there are colors', () => {
  const line = JSON.stringify({ level: 'warn', time, msg: 'slow' });
  expect(readableLine(line, true)).toBe('22:14:06.902 \u001b[33mWARN \u001b[39m slow\n');
});
