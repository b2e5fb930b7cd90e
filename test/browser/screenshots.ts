/** `npm run screenshots`: the pictures of docs/page.md, taken of a conversation with a scripted model. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { command } from '../../command-line/command.ts';
import { DONE, FAILED } from '../../command-line/exit-code.ts';
import { Failure } from '../../command-line/failure.ts';
import { main } from '../../command-line/main.ts';
import type { Terminal } from '../../command-line/terminal.ts';
import manifest from '../../package.json' with { type: 'json' };
import { until } from '../engine/until.ts';
import { startModelServer } from '../stubs/model-server.ts';
import { findChromium, openChromium, openPage } from './chromium.ts';
import { QUESTION, beekeepers } from './beekeepers.ts';

const root = join(import.meta.dirname, '../..');
const pictures = join(root, 'docs/pictures');
const MOST_BYTES = 200_000;

const phone = { viewport: { width: 390, height: 844 } } as const satisfies BrowserContextOptions;

/** A worker with the agents of the pictures, in a process of its own. */
async function serve(modelUrl: string) {
  const folder = await mkdtemp(join(tmpdir(), 'zerotouch-screenshots-'));
  const file = join(folder, 'beekeepers.json');
  await writeFile(file, JSON.stringify(beekeepers));
  const args = [join(root, 'worker/main.ts'), 'dev', file, '--port', '0', '--model-url', modelUrl];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  await until('the worker says where it is', async () => said.includes('/ui'), { describe: () => said });
  return {
    url: said.trim().split('#')[0] ?? '',
    async close() {
      child.kill();
      await rm(folder, { recursive: true });
    },
  };
}

async function take(page: Page, name: string, terminal: Terminal): Promise<void> {
  const path = join(pictures, `${name}.png`);
  // What moves is still in a picture, and a page that has just changed is drawn.
  await page.waitForTimeout(800);
  await page.screenshot({ path, animations: 'disabled' });
  const { size } = await stat(path);
  if (size > MOST_BYTES)
    throw new Failure(`cannot keep ${path}: it has ${size} bytes, and ${MOST_BYTES} are the most`, FAILED);
  terminal.print(`docs/pictures/${name}.png: ${size} bytes\n`);
}

/** Asks, approves what the agent asks, and takes a picture of each. */
async function converse(browser: Browser, url: string, terminal: Terminal): Promise<string> {
  const { page, close } = await openPage(browser, `${url}#/start`);
  await page.getByLabel('What should the agent do?').fill(QUESTION);
  await page.keyboard.press('Enter');
  await page.getByText('The agent asks you').waitFor();
  await take(page, 'page-asks', terminal);
  await page.getByRole('button', { name: 'Send the answer' }).click();
  await page.locator('.head .status', { hasText: 'Completed' }).waitFor();
  await take(page, 'page-answer', terminal);
  await page.locator('.thread-runs a').last().click();
  await page.locator('.head .status', { hasText: 'answered' }).waitFor();
  const address = page.url();
  await close();
  return address;
}

async function screenshots(terminal: Terminal): Promise<void> {
  const chromium = await findChromium();
  if (chromium === undefined)
    throw new Failure('cannot take pictures: install Chromium (`apt install chromium`)', FAILED);
  const model = await startModelServer();
  const worker = await serve(model.url);
  const browser = await openChromium(chromium);
  try {
    const first = await converse(browser, worker.url, terminal);
    for (const [name, options] of [
      ['page-run', {}],
      ['page-dark', { colorScheme: 'dark' }],
      ['page-phone', phone],
    ] as const) {
      const { page, close } = await openPage(browser, first, options);
      await page.locator('.timeline').waitFor();
      await take(page, name, terminal);
      await close();
    }
  } finally {
    await browser.close();
    await Promise.all([worker.close(), model.close()]);
  }
}

await main({
  name: 'screenshots',
  version: manifest.version,
  root: command({
    description: 'Takes the pictures of docs/page.md, with a scripted model and Debian’s Chromium.',
    flags: {},
    async run(_, terminal) {
      await screenshots(terminal);
      return DONE;
    },
  }),
});
