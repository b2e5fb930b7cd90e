import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions } from 'playwright-core';
import type { JsonObject } from '../../worker/json.ts';
import type { ServerUrls } from '../servers/open.ts';
import { createWorld } from '../servers/world.ts';
import type { World } from '../servers/world.ts';
import type { WorkerProcess } from '../servers/worker.ts';
import { obedient, painter } from './agents.ts';
import { openChromium, openPage } from './chromium.ts';
import type { OpenPage } from './chromium.ts';
import { oneAddress } from './one-address.ts';

/** A worker with a page, two agents, and readers of the page. */
export interface PageWorld {
  readonly world: World;
  /** Where the worker of the moment is. */
  readonly url: string;
  /** Opens a place of the page; `expected` are errors that the test is about. */
  look(place: string, options?: BrowserContextOptions, expected?: RegExp): Promise<OpenPage>;
  /** Opens the page of another worker. */
  lookAt(url: string, expected: RegExp): Promise<OpenPage>;
  /** Has an agent do something; gives the id of the run. */
  start(agent: string, content: string): Promise<string>;
  /** Kills the worker; another one takes its place. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

/** @param chromium the path of the program */
export async function openPageWorld(servers: ServerUrls, chromium: string): Promise<PageWorld> {
  const folder = await mkdtemp(join(tmpdir(), 'zerotouch-page-'));
  await writeFile(join(folder, 'painter.json'), JSON.stringify(painter));
  await writeFile(join(folder, 'obedient.json'), JSON.stringify(obedient));
  const [world, browser, service] = await Promise.all([
    createWorld(servers, { RETRY_PATIENCE: '0s', AGENTS_DIR: folder }),
    openChromium(chromium),
    oneAddress(),
  ]);
  const begin = async (): Promise<WorkerProcess> => {
    const started = await world.worker();
    await started.ready();
    service.lead(started.url);
    return started;
  };
  let worker = await begin();
  return {
    world,
    url: service.url,
    look: (place, options, expected) => openPage(browser, `${service.url}/ui#/${place}`, options, expected),
    lookAt: (url, expected) => openPage(browser, `${url}/ui`, {}, expected),
    async start(agent, content) {
      const response = await fetch(`${service.url}/threads/${crypto.randomUUID()}/runs`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({
          assistant_id: agent,
          if_not_exists: 'create',
          input: { messages: [{ role: 'user', content }] },
        }),
      });
      const { run_id } = (await response.json()) as JsonObject;
      return run_id as string;
    },
    async kill() {
      worker.signal('SIGKILL');
      await worker.exited();
      worker = await begin();
    },
    async close() {
      await browser.close();
      await Promise.all([service.close(), world.close(), rm(folder, { recursive: true })]);
    },
  };
}

/** Waits until these words are to be seen. */
export function seen({ page }: OpenPage, words: string): Promise<void> {
  return page.getByText(words).first().waitFor();
}

/** Waits until this is the status of what is shown. */
export function status({ page }: OpenPage, words: string): Promise<void> {
  return page.locator('.head .status', { hasText: words }).waitFor();
}
