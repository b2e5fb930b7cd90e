import { expect, test } from 'vitest';
import { describe as describeApp, openApp } from '../../worker/http/app.ts';
import { read } from '../structure/sources.ts';
import type { Door } from '../../worker/http/service.ts';

/** Describing routes asks nothing of what they answer from. */
const door = { identify: () => Promise.resolve(undefined), maxRequestBytes: 1_000 } as unknown as Door;
const app = openApp(door);
const document = describeApp(app);
const operations = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
  Object.entries(methods as Record<string, Operation>).map(
    ([method, operation]) => [`${method.toUpperCase()} ${path}`, { method, path, operation }] as const,
  ),
);

interface Operation {
  readonly summary?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security: readonly object[];
  readonly tags: readonly string[];
}

test('every route that the worker answers is described, and no other', () => {
  const answered = app.routes
    .filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`);
  expect(operations.map(([name]) => name).toSorted()).toEqual([...new Set(answered)].toSorted());
});

test.each(operations)(
  '%s says what it does, what its path holds and what it answers',
  (_name, { path, operation }) => {
    expect(operation.summary).toMatch(/^\S.{3,}$/);
    const named = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name);
    expect(named.toSorted()).toEqual(
      [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).toSorted(),
    );
    const statuses = Object.keys(operation.responses);
    const expected = operation.tags.includes('not supported') ? /^501$/ : /^[123]/;
    expect(statuses.some((status) => expected.test(status))).toBe(true);
  },
);

test('only probes, the page and the documents are open', () => {
  const open = operations.filter(([, { operation }]) => operation.security.length === 0);
  expect(open.map(([name]) => name.replace('GET ', '')).toSorted()).toEqual([
    '/',
    '/asyncapi.json',
    '/health',
    '/metrics',
    '/ok',
    '/openapi.json',
    '/ready',
    '/ui',
    '/ui/{file}',
  ]);
});

test.each(operations)(
  '%s asks for the token unless it is open',
  async (_name, { method, path, operation }) => {
    if (operation.security.length === 0) return;
    const response = await app.request(
      path.replaceAll(/\{\w+\}/g, 'x'),
      { method: method.toUpperCase() },
      { endpoint: '' },
    );
    expect(response.status).toBe(401);
  },
);

test('it is OpenAPI 3.1, and all that it refers to is in it', () => {
  expect(document.openapi).toBe('3.1.0');
  const text = JSON.stringify(document);
  for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
    expect(Object.keys(document.components?.schemas ?? {})).toContain(name);
});

test.each([
  { method: 'PUT', path: '/jobs/x', status: 405, allow: 'GET' },
  { method: 'HEAD', path: '/health', status: 405, allow: 'GET' },
  { method: 'GET', path: '/nowhere', status: 404, allow: null },
])('$method $path is $status', async ({ method, path, status, allow }) => {
  const asked = method === 'HEAD' ? 'OPTIONS' : method;
  const response = await app.request(path, { method: asked }, { endpoint: '' });
  expect([response.status, response.headers.get('allow')]).toEqual([status, allow]);
});

test('the page for clients names every route of the Agent Server', () => {
  const page = read('docs/clients.md');
  const told = operations.filter(([, { operation }]) =>
    ['threads', 'runs'].includes(operation.tags[0] ?? ''),
  );
  for (const [, { path }] of told) expect(page).toContain(path);
});
