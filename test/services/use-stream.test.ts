import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { painter } from '../browser/agents.ts';
import { findChromium, openChromium, openPage } from '../browser/chromium.ts';
import type { OpenPage } from '../browser/chromium.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';

const chromium = await findChromium();
const example = join(import.meta.dirname, '../../examples/clients/use-stream');
const token = 'a token of some length';

/** The example as its own server hands it out. */
async function servePage(): Promise<{ readonly server: Server; readonly origin: string }> {
  const { outputFiles } = await build({
    entryPoints: [join(example, 'chat.tsx')],
    bundle: true,
    format: 'esm',
    write: false,
  });
  const html = await readFile(join(example, 'index.html'), 'utf8');
  const server = createServer(({ url = '' }, response) => {
    if (url.startsWith('/favicon')) return void response.writeHead(204).end();
    const isProgram = url.startsWith('/chat.js');
    response.setHeader('Content-Type', isProgram ? 'text/javascript' : 'text/html');
    response.end(isProgram ? outputFiles[0]?.text : html);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

describeServers('examples/clients/use-stream', (servers) => {
  describe.skipIf(chromium === undefined)('in Chromium, from a server of its own', () => {
    let world: World;
    let server: Server;
    let browser: Browser;
    let folder: string;
    let reader: OpenPage;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'zerotouch-use-stream-'));
      await writeFile(join(folder, 'painter.json'), JSON.stringify(painter));
      const page = await servePage();
      ({ server } = page);
      [world, browser] = await Promise.all([createWorld(servers), openChromium(chromium ?? '')]);
      const worker = await world.worker({
        API_TOKEN: token,
        CORS_ORIGINS: page.origin,
        AGENTS_DIR: folder,
      });
      await worker.ready();
      const place = new URLSearchParams({ worker: worker.url, token, agent: 'painter' });
      reader = await openPage(browser, `${page.origin}/#${place.toString()}`);
    });
    afterAll(async () => {
      await browser.close();
      server.close();
      await Promise.all([world.close(), rm(folder, { recursive: true })]);
    });

    test('somebody asks, approves, and finds the conversation again', async () => {
      const { page } = reader;
      await page.getByLabel('Message').fill('Draw me a dot.');
      await page.keyboard.press('Enter');
      await page.getByText('May it call draw with {"color":"red"}?').waitFor();
      await page.getByRole('button', { name: 'Approve' }).click();
      await page.getByText('There it is.').waitFor();
      await page.getByRole('button', { name: 'Send' }).waitFor();
      await page.reload();
      await page.getByText('There it is.').waitFor();
      expect(await page.locator('p.human').allTextContents()).toEqual(['Draw me a dot.']);
      expect(reader.troubles).toEqual([]);
    });
  });
});
