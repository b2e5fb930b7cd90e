import { describe, expect, test } from 'vitest';
import { contentOf } from '../../worker/agents/tools/mcp/content.ts';
import type { Json } from '../../worker/json.ts';

const png = 'iVBORw0KGgo=';
const shown = (url: string) => ({ type: 'image_url', image_url: { url } });
const text = (words: string) => ({ type: 'text', text: words });
const image = (data: string, mimeType?: string) => ({
  type: 'image',
  data,
  ...(mimeType !== undefined && { mimeType }),
});
const resource = (of: object) => ({ type: 'resource', resource: { uri: 'file:///a', ...of } });
const base64 = (words: string) => Buffer.from(words).toString('base64');

describe('what a model reads of the content of a result', () => {
  test.each<[string, unknown, unknown]>([
    ['nothing', [], ''],
    ['no content at all', undefined, ''],
    ['a text in place of a list', 'done', 'done'],
    ['a block in place of a list', text('done'), 'done'],
    ['texts in place of blocks', ['one', 'two'], 'one\ntwo'],
    ['a block without a type', [{ note: 1 }], '{"note":1}'],
    ['null', [null], 'null'],
    [
      'a sound',
      [{ type: 'audio', data: 'AAAA', mimeType: 'audio/wav' }],
      '[audio audio/wav, which cannot be shown]',
    ],
    ['a link with a title', [{ type: 'resource_link', uri: 'file:///b', title: 'B' }], '[link B: file:///b]'],
    ['a text of a resource', [resource({ text: 'north,17' })], '[file:///a]\nnorth,17'],
    [
      'bytes of a resource that are text',
      [resource({ blob: base64('café,17'), mimeType: 'text/csv' })],
      '[file:///a]\ncafé,17',
    ],
    [
      'bytes of a resource that are JSON',
      [resource({ blob: base64('{}'), mimeType: 'application/json; charset=utf-8' })],
      '[file:///a]\n{}',
    ],
    [
      'a drawing, which is text',
      [resource({ blob: base64('<svg/>'), mimeType: 'image/svg+xml' })],
      '[file:///a]\n<svg/>',
    ],
    [
      'other bytes of a resource',
      [resource({ blob: 'AAAA', mimeType: 'application/pdf' })],
      '[file:///a application/pdf, 3 bytes]',
    ],
    ['an image', [image(png, 'image/png')], [shown(`data:image/png;base64,${png}`)]],
    [
      'an image of a resource',
      [resource({ blob: png, mimeType: 'image/png' })],
      [shown(`data:image/png;base64,${png}`)],
    ],
    ['an image without a type', [image(png)], [shown(`data:image/png;base64,${png}`)]],
    ['an image that says it is another', [image(png, 'image/jpeg')], [shown(`data:image/png;base64,${png}`)]],
    [
      'an image as an address',
      [image(`data:image/png;base64,${png}`, 'image/png')],
      [shown(`data:image/png;base64,${png}`)],
    ],
    ['an image in lines', [image('iVBORw0K\nGgo=', 'image/png')], [shown(`data:image/png;base64,${png}`)]],
    [
      'an image that no model reads',
      [image('AAAA', 'image/tiff')],
      '[image image/tiff, 3 bytes, which cannot be shown]',
    ],
    ['an empty image', [image('', 'image/png')], '[image image/png, 0 bytes, which cannot be shown]'],
    ['what is no base64', [image('<html>', 'image/png')], expect.stringContaining('cannot be shown')],
    ['a large image', [image('A'.repeat(6_000_000), 'image/png')], expect.stringContaining('too large')],
  ])('%s', (_, content, read) => {
    expect(contentOf({ content })).toEqual(read);
  });

  test('of many images the first ten', () => {
    const read = contentOf({ content: Array.from({ length: 12 }, () => image(png, 'image/png')) });
    expect(read).toHaveLength(12);
    expect(read[10]).toEqual(text('[an image more than the 10 that are shown]'));
  });
});

describe('data beside the content', () => {
  const structuredContent: Json = { rows: [1, 2] };
  test.each([
    ['alone', [], '{"rows":[1,2]}'],
    ['said again as text', [text('{\n "rows": [1, 2]}')], '{\n "rows": [1, 2]}'],
    ['with a text about it', [text('2 rows')], '2 rows\n{"rows":[1,2]}'],
  ])('%s is read once', (_, content, read) => {
    expect(contentOf({ content, structuredContent })).toBe(read);
  });
});
