import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { findFolder } from '../servers/find.ts';

const wanted = { programs: ['chromium'], folders: ['/usr/bin'], debianPackage: 'chromium' } as const;

/** Where Chromium is, from Debian when root runs the tests; undefined where it is not to be had. In CI it is. */
export async function findChromium(): Promise<string | undefined> {
  const folder = await findFolder(wanted);
  if (folder !== undefined) return join(folder, 'chromium');
  if (process.env['CI'])
    throw new Error('cannot run tests in a browser: install Chromium (`apt install chromium`)');
  return undefined;
}

/** Chromium without a sandbox, which root has none of, and without the calls home that it makes at each start. */
export function openChromium(executablePath: string): Promise<Browser> {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  return chromium.launch({ executablePath, args });
}

/** A page that somebody has open, and what went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** Errors of the console and of the program, but for those that the worker was expected to answer with. */
  readonly troubles: readonly string[];
  /** Addresses that were asked for. */
  readonly asked: readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens an address as a reader of its own: nothing is kept of others. */
export async function openPage(
  browser: Browser,
  address: string,
  options: BrowserContextOptions = {},
  expected = /^$/,
): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
  const page = await context.newPage();
  const troubles: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !expected.test(message.text())) troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('dialog', (dialog) => troubles.push(`a dialog: ${dialog.message()}`));
  page.on('request', (request) => asked.push(request.url()));
  page.setDefaultTimeout(45_000);
  await page.goto(address);
  return { page, troubles, asked, close: () => context.close() };
}
