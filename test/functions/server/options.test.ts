import { describe, expect, test } from 'vitest';
import { runProgram } from '../../../command-line/run.ts';
import { functionProgram } from '../../../functions/program.ts';
import type { Options } from '../../../functions/server/options.ts';

/** What the program would serve by, and what it said otherwise. */
async function called(
  ...args: string[]
): Promise<{ options: Options | undefined; said: string; code: number }> {
  let options: Options | undefined;
  let said = '';
  const program = functionProgram((given) => {
    options = given;
    return Promise.resolve();
  });
  const say = (text: string) => void (said += text);
  const code = await runProgram(program, args, { colors: false, print: say, say });
  return { options, said, code };
}

const everywhere = (port: number) => ({ host: '::', port });
const loopback = (port: number) => ({ host: '127.0.0.1', port });

describe('where it listens', () => {
  test.each([
    { reason: 'in a cluster', args: [], address: everywhere(9443), metricsAddress: everywhere(8080) },
    {
      reason: 'whoever serves everybody in plain text means this machine',
      args: ['--insecure'],
      address: loopback(9443),
      metricsAddress: null,
    },
    {
      reason: 'unless they say otherwise',
      args: ['--insecure', '--address', '[::]:9443', '--metrics-address', ':8080'],
      address: everywhere(9443),
      metricsAddress: everywhere(8080),
    },
    {
      reason: 'the last address counts: images have one of their own',
      args: ['--address', '[::]:9443', '--address', '127.0.0.1:1'],
      address: loopback(1),
      metricsAddress: everywhere(8080),
    },
    { reason: 'no metrics', args: ['--metrics-address='], address: everywhere(9443), metricsAddress: null },
  ])('$args: $reason', async ({ args, address, metricsAddress }) => {
    expect((await called(...args)).options).toMatchObject({ address, metricsAddress });
  });
});

test.each([
  { args: ['--address', '9443'], says: '--address: expected HOST:PORT such as' },
  { args: ['--address', '127.0.0.1:65536'], says: '--address: expected HOST:PORT such as' },
  { args: ['--max-message-size', '0'], says: '--max-message-size: expected a whole number from 1' },
  { args: ['--max-connection-age', '-1'], says: '--max-connection-age=-1' },
  { args: ['--insecur'], says: 'did you mean --insecure?' },
])('$args is refused', async ({ args, says }) => {
  const { said, code, options } = await called(...args);
  expect(said).toContain(says);
  expect({ code, options }).toEqual({ code: 2, options: undefined });
});

test('the age of connections may be without end', async () => {
  expect((await called('--max-connection-age', '0')).options?.maxConnectionAgeSeconds).toBeNull();
});
