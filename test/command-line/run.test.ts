import { describe, expect, test } from 'vitest';
import { command, group } from '../../command-line/command.ts';
import { FAILED, REFUSED } from '../../command-line/exit-code.ts';
import { Failure } from '../../command-line/failure.ts';
import { wholeNumber } from '../../command-line/flag.ts';
import { runProgram } from '../../command-line/run.ts';
import type { Program } from '../../command-line/run.ts';

/** A program that prints what each of its commands was given. */
const list = command({
  description: 'Lists what there is.',
  operands: { usage: 'NAME…', least: 0, most: 2 },
  flags: {
    limit: { short: 'l', value: 'N', otherwise: '10', help: 'How many.', read: wholeNumber(1) },
    label: { value: 'KEY', many: true, help: 'Only these.' },
    all: { short: 'a', help: 'All of them.' },
  },
  run({ flags, operands, name }, terminal) {
    terminal.print(JSON.stringify({ name, ...flags, operands }));
    return 0;
  },
});

const remove = command({
  description: 'Removes one.',
  operands: { usage: 'NAME', least: 1, most: 1 },
  flags: { reason: { value: 'TEXT', required: true, help: 'Why.' } },
  run({ operands: [name] }) {
    if (name === 'bug') return (undefined as unknown as () => 0)();
    if (name === 'server') throw new Error('cannot reach the server: it is away');
    throw new Failure(`cannot remove ${name}: it is protected`, FAILED);
  },
});

const jobs = group({
  description: 'Looks at jobs.',
  members: {
    list: { summary: 'list them', load: () => Promise.resolve(list) },
    remove: { summary: 'remove one', load: () => Promise.resolve(remove) },
  },
});

const program: Program = {
  name: 'shop',
  version: '1.2.3',
  root: group({
    description: 'Keeps a shop.',
    standard: 'list',
    members: {
      list: { summary: 'list all', load: () => Promise.resolve(list) },
      jobs: { summary: 'look at jobs', load: () => Promise.resolve(jobs) },
    },
  }),
};

async function shop(...args: string[]) {
  let stdout = '';
  let stderr = '';
  const code = await runProgram(program, args, {
    colors: false,
    print: (text) => (stdout += text),
    say: (line) => (stderr += `${line}\n`),
  });
  return { code, stdout, stderr };
}

const given = (over: object = {}) =>
  JSON.stringify({ name: 'shop list', limit: 10, label: [], all: false, operands: [], ...over });

describe('a command is given what its flags say', () => {
  test.each([
    { reason: 'nothing at all is the standard command', args: [], says: given() },
    { reason: 'flags alone, too', args: ['--all'], says: given({ all: true }) },
    { reason: 'long and short', args: ['list', '-al', '3'], says: given({ limit: 3, all: true }) },
    { reason: 'the last value counts', args: ['list', '-l', '3', '--limit=4'], says: given({ limit: 4 }) },
    {
      reason: 'every value, where many are meant',
      args: ['list', '--label', 'a', '--label', 'b', 'x'],
      says: given({ label: ['a', 'b'], operands: ['x'] }),
    },
    {
      reason: 'nothing is a flag after --',
      args: ['list', '--', '--all'],
      says: given({ operands: ['--all'] }),
    },
    { reason: 'groups in groups', args: ['jobs', 'list'], says: given({ name: 'shop jobs list' }) },
  ])('$reason', async ({ args, says }) => {
    expect(await shop(...args)).toEqual({ code: 0, stdout: says, stderr: '' });
  });
});

describe('a wrong call is told in words, and ends with 2', () => {
  test.each([
    {
      reason: 'an unknown flag',
      args: ['list', '--limt', '3'],
      says: ['--limt is no flag of this command; did you mean --limit?', 'shop list --help says more.'],
    },
    { reason: 'an unknown letter', args: ['list', '-az'], says: ['-z is no flag of this command'] },
    {
      reason: 'a value that is none',
      args: ['list', '-l', 'x'],
      says: ['--limit: expected a whole number from 1'],
    },
    { reason: 'no value', args: ['list', '--limit'], says: ['--limit: expected N, got nothing'] },
    {
      reason: 'a flag in place of a value',
      args: ['list', '--label', '--all'],
      says: ['is written --label=--all'],
    },
    {
      reason: 'a value of a switch',
      args: ['list', '--all=yes'],
      says: ['--all: expected no value, got "yes"'],
    },
    { reason: 'too many operands', args: ['list', 'a', 'b', 'c'], says: ['expected NAME…, got a b c'] },
    {
      reason: 'an absent flag and an absent operand',
      args: ['jobs', 'remove'],
      says: ['--reason TEXT', 'expected NAME'],
    },
    {
      reason: 'everything at once',
      args: ['list', '--limit', '0', '--frobnicate', 'a', 'b', 'c'],
      says: ['--limit: expected', '--frobnicate is no flag', 'expected NAME…'],
    },
    {
      reason: 'an unknown command',
      args: ['jbos'],
      says: ['one of list, jobs; got jbos; did you mean jobs?'],
    },
    {
      reason: 'no command of a group',
      args: ['jobs'],
      says: ['expected a command, one of list, remove; got none'],
    },
    { reason: 'a name of every object', args: ['constructor'], says: ['got constructor'] },
    {
      reason: 'a flag named like a property of every object',
      args: ['list', '--constructor'],
      says: ['--constructor is no'],
    },
  ])('$reason', async ({ args, says }) => {
    const { code, stdout, stderr } = await shop(...args);
    expect({ code, stdout }).toEqual({ code: REFUSED, stdout: '' });
    for (const each of says) expect(stderr).toContain(each);
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});

describe('help and version', () => {
  test.each([['--help'], ['-h'], ['help']])('of the program: %s', async (flag) => {
    expect((await shop(flag)).stdout).toBe(
      [
        'Usage: shop COMMAND',
        '',
        'Keeps a shop.',
        '',
        '  list  list all (the default)',
        '  jobs  look at jobs',
        '',
        'shop COMMAND --help says more.',
        '',
      ].join('\n'),
    );
  });

  test.each([[['jobs', 'list', '--help']], [['help', 'jobs', 'list']]])('of a command: %s', async (args) => {
    expect((await shop(...args)).stdout).toBe(
      [
        'Usage: shop jobs list [FLAGS] NAME…',
        '',
        'Lists what there is.',
        '',
        '  -l, --limit N    How many. Default: 10.',
        '      --label KEY  Only these.',
        '  -a, --all        All of them.',
        '  -h, --help       Print this.',
        '      --version    Print the version.',
        '',
      ].join('\n'),
    );
  });

  test.each([[['--version']], [['list', '--version']]])('%s', async (args) => {
    expect(await shop(...args)).toEqual({ code: 0, stdout: '1.2.3\n', stderr: '' });
  });

  test('help comes before complaints', async () => {
    expect((await shop('jobs', 'remove', '--frobnicate', '--help')).code).toBe(0);
  });
});

describe('what goes wrong in a command', () => {
  test.each([
    {
      name: 'a',
      reason: 'a failure has its own code',
      code: FAILED,
      says: /^cannot remove a: it is protected\n$/,
    },
    {
      name: 'server',
      reason: 'an error is a sentence',
      code: REFUSED,
      says: /^cannot reach the server: it is away\n$/,
    },
    { name: 'bug', reason: 'a fault of ours shows its place', code: REFUSED, says: /TypeError: .*\n\s+at / },
  ])('$reason', async ({ name, code, says }) => {
    const ended = await shop('jobs', 'remove', name, '--reason', 'x');
    expect(ended.code).toBe(code);
    expect(ended.stderr).toMatch(says);
  });
});
