import { createHash } from 'node:crypto';
import { z } from '@hono/zod-openapi';
import type { Answer } from '../answer.ts';
import { addRoute } from '../route.ts';
import type { App } from '../route.ts';
import type { Door } from '../service.ts';
import { pageFiles } from './files.ts';
import type { PageFiles } from './files.ts';

/**
 * What a browser may do with the page: run its own program, look its own way, ask its own worker, and show pictures that came in
 * an answer. Nothing is fetched from elsewhere, no text becomes HTML, and no other page has it in a frame.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS = {
  'Content-Security-Policy': POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

const TYPES = {
  'page.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
} as const satisfies Record<keyof PageFiles, string>;

const fileName = z.enum(['page.js', 'page.css', 'icon.svg']);

/** The page to watch agents work, at `/ui`. It is handed to everybody and shows nothing that its reader has no token for. */
export function addPageRoutes(app: App, door: Door): void {
  let loading: Promise<PageFiles> | undefined;
  const answer = async (name: keyof PageFiles, known: string | undefined): Promise<Answer> => {
    loading ??= pageFiles();
    const { [name]: body } = await loading;
    const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`;
    const headers = { ...HEADERS, 'Content-Type': TYPES[name], 'Cache-Control': 'no-cache', ETag: tag };
    return known === tag ? { status: 304, body: '', headers } : { status: 200, body, headers };
  };
  const responses = {
    200: { description: 'The file', content: { 'text/html': { schema: z.string() } } },
    304: { description: 'It is as it was' },
  };
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/ui',
      open: true,
      tags: ['page'],
      summary: 'The page to watch agents work',
      responses,
    },
    ({ req }) => answer('page.html', req.header('if-none-match')),
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/ui/{file}',
      open: true,
      tags: ['page'],
      summary: 'A part of the page',
      request: { params: z.object({ file: fileName }) },
      responses,
    },
    ({ req }) => answer(req.valid('param').file, req.header('if-none-match')),
  );
  addRoute(
    app,
    door,
    {
      method: 'get',
      path: '/',
      open: true,
      tags: ['page'],
      summary: 'Where the page is',
      responses: { 302: { description: 'It is at `/ui`' } },
    },
    () => Promise.resolve({ status: 302, body: '', headers: { Location: 'ui' } }),
  );
}
