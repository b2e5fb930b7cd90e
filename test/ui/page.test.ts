import { beforeAll, describe, expect, test } from 'vitest';
import { openApp } from '../../worker/http/app.ts';
import { buildPage } from '../../worker/http/page/build.ts';
import type { PageFiles } from '../../worker/http/page/files.ts';
import type { Door } from '../../worker/http/service.ts';
import { sources } from '../structure/sources.ts';

/** Serving the page asks nothing of what the other routes answer from. */
const app = openApp({ serviceOf: () => undefined, maxRequestBytes: 1_000 } as unknown as Door);
const get = (path: string, headers = {}) => app.request(path, { headers }, { endpoint: '' });

describe('the page', () => {
  let files: PageFiles;
  beforeAll(async () => {
    ({ files } = await buildPage());
  });

  test('is smaller than 250 KB', () => {
    expect(Object.values(files).join('').length).toBeLessThan(250_000);
  });

  test('is handed to whoever asks, without a token, with a policy that runs nothing but its own program', async () => {
    const response = await get('/ui');
    expect(await response.text()).toBe(files['page.html']);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect((await get('/')).headers.get('location')).toBe('ui');
  });

  test.each([
    ['/ui/page.js', 'text/javascript; charset=utf-8'],
    ['/ui/page.css', 'text/css; charset=utf-8'],
    ['/ui/icon.svg', 'image/svg+xml'],
  ])('%s is %s, and is not sent again while it is the same', async (path, type) => {
    const response = await get(path);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    const again = await get(path, { 'If-None-Match': response.headers.get('etag') ?? '' });
    expect([again.status, await again.text()]).toEqual([304, '']);
  });

  test('has no other files', async () => {
    expect((await get('/ui/page.html')).status).toBe(422);
    expect((await get('/ui/..%2fpackage.json')).status).toBe(422);
  });

  test('asks its own worker alone: no address of another stands in it', () => {
    expect(files['page.html'] + files['page.css']).not.toMatch(/https?:/);
  });

  test('makes no HTML of texts, and keeps its token in the tab alone', () => {
    const text = sources('worker/ui')
      .map((source) => source.text)
      .join('\n');
    expect(text).not.toMatch(
      /innerHTML|dangerouslySetInnerHTML|outerHTML|insertAdjacent|document\.write|\beval\b/,
    );
    expect(text).not.toMatch(/localStorage|document\.cookie|indexedDB/);
  });
});
