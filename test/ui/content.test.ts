import { describe, expect, test } from 'vitest';
import { answerTo, answerWords, questionsOf } from '../../worker/ui/run/asking.ts';
import { isCut, piecesOf, wordsOf } from '../../worker/ui/run/content.ts';
import { filesOf } from '../../worker/ui/run/files.ts';
import { eventsFrom, sinceAsked } from '../../worker/ui/run/from-messages.ts';
import { inputOf } from '../../worker/ui/run/input.ts';
import type { Json } from '../../worker/ui/run/json.ts';

const PNG = 'data:image/png;base64,iVBORw0KGgo=';
const image = (url: string): Json => ({ type: 'image_url', image_url: { url } });

describe('what may be shown as a picture', () => {
  test.each([
    { address: PNG, shown: true, reason: 'came along' },
    { address: 'https://example.org/a.png', shown: false, reason: 'would tell its server who looks' },
    { address: 'data:image/svg+xml;base64,PHN2Zz4=', shown: false, reason: 'may hold a program' },
    { address: 'data:text/html;base64,PHA+', shown: false, reason: 'no picture' },
    { address: 'javascript:alert(1)', shown: false, reason: 'a program' },
    { address: `${PNG}" onerror="x`, shown: false, reason: 'no base64' },
  ])('$address: $reason', ({ address, shown }) => {
    expect(piecesOf([image(address)]).map(({ kind }) => kind)).toEqual([shown ? 'picture' : 'other']);
  });

  test('a file that is one, by its content or by its name', () => {
    const lines = ['iVBORw0K', 'Ggo='];
    const files = filesOf({
      '/b.png': { content: lines },
      '/a.md': { content: PNG },
      '/c.svg': { content: ['<svg>'] },
    });
    expect(files.map(({ path, picture }) => [path, picture])).toEqual([
      ['/a.md', PNG],
      ['/b.png', PNG],
      ['/c.svg', undefined],
    ]);
  });
});

test('a content is a text, blocks, or any JSON', () => {
  expect(piecesOf('')).toEqual([]);
  expect(wordsOf([{ type: 'text', text: 'one' }, image(PNG), 'two'])).toBe('one\ntwo');
  expect(piecesOf({ any: 1 })).toEqual([{ kind: 'other', value: { any: 1 } }]);
  expect([isCut('abc… (17000 characters in all)'), isCut('abc')]).toEqual([true, false]);
});

test('messages tell what the events of their run told', () => {
  const messages: Json[] = [
    { type: 'human', content: 'before' },
    { type: 'ai', content: 'old' },
    { type: 'human', content: 'now' },
    { type: 'ai', id: 'a', content: 'I look.', tool_calls: [{ id: 't', name: 'look', args: { q: 1 } }] },
    { type: 'tool', tool_call_id: 't', content: 'found' },
  ];
  expect(eventsFrom(sinceAsked(messages), 'main').map(({ type }) => type)).toEqual([
    'on_llm_stream',
    'on_llm_end',
    'on_tool_start',
    'on_tool_end',
  ]);
});

test('pictures go into the message, texts into the files', () => {
  const sent = inputOf('look', [
    { kind: 'picture', name: 'a.png', address: PNG },
    { kind: 'text', name: 'a.md', text: 'notes' },
  ]);
  expect(sent).toEqual({
    messages: [{ role: 'user', content: [{ type: 'text', text: 'look' }, image(PNG)] }],
    files: { '/a.md': 'notes' },
  });
});

describe('what an agent asks', () => {
  const ask = (id: string) => ({
    id,
    value: {
      actionRequests: [{ name: 'pay', args: { euro: 3 } }],
      reviewConfigs: [{ actionName: 'pay', allowedDecisions: ['approve', 'edit', 'reject'] }],
    },
  });

  test('is answered in the order in which it was asked', () => {
    const questions = questionsOf([ask('one')]);
    expect(questions[0]?.requests).toEqual([
      { tool: 'pay', args: { euro: 3 }, description: '', allowed: ['approve', 'edit', 'reject'] },
    ]);
    expect(answerTo(questions, [[{ type: 'edit', args: { euro: 2 } }]])).toEqual({
      decisions: [{ type: 'edit', editedAction: { name: 'pay', args: { euro: 2 } } }],
    });
    expect(answerTo(questions, [[{ type: 'reject', message: 'too much' }]])).toEqual({
      decisions: [{ type: 'reject', message: 'too much' }],
    });
  });

  test('by several at once is answered to each', () => {
    expect(answerTo(questionsOf([ask('one'), ask('two')]), [[{ type: 'approve' }], []])).toEqual({
      one: { decisions: [{ type: 'approve' }] },
      two: { decisions: [{ type: 'reject' }] },
    });
  });

  test('is read again in words', () => {
    const decisions: Json[] = [
      { type: 'approve' },
      { type: 'reject', message: 'too much' },
      { type: 'reject' },
    ];
    expect(answerWords({ decisions })).toBe('Approved.\n\nRejected: too much\n\nRejected.');
    expect(answerWords({ one: { decisions: [{ type: 'edit', editedAction: { args: { n: 1 } } }] } })).toBe(
      'With other arguments: `{"n":1}`',
    );
    expect([answerWords('north'), answerWords(['a'])]).toEqual(['north', '["a"]']);
  });

  test('may be anything', () => {
    expect(answerTo(questionsOf([{ id: 'one', value: 'Which hive?' }]), ['the north one'])).toBe(
      'the north one',
    );
  });
});
