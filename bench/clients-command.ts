import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { command } from '../command-line/command.ts';
import { DONE } from '../command-line/exit-code.ts';
import { painter } from '../test/browser/agents.ts';
import { findChromium, openChromium } from '../test/browser/chromium.ts';
import { installWorker } from '../test/servers/bundled-worker.ts';
import { createWorld } from '../test/servers/world.ts';
import { measureStreams, measureWaiting, watchIdle } from './clients/load.ts';
import { countTraffic } from './clients/traffic.ts';
import { reportFlags, positive } from './flags.ts';
import { quantile } from './measure.ts';
import { table } from './table.ts';
import { start } from './worker/program.ts';
import { startServers } from './worker/servers.ts';

const VISITS = 20;
const HEADS = [
  'what is there',
  'MB',
  '% of a core',
  '/ready, ms at p99',
  'transactions a second',
  'Redis commands a second',
];

/** In the page, which may be there before it was drawn. */
const FIRST_PAINT = `new Promise((resolve) =>
  new PerformanceObserver((list) => list.getEntriesByName('first-contentful-paint').forEach((one) => resolve(one.startTime)))
    .observe({ type: 'paint', buffered: true }))`;

/** Milliseconds until a browser that was never there has drawn the first of the page; none where there is no browser. */
async function firstPaints(url: string): Promise<readonly number[]> {
  const chromium = await findChromium();
  if (chromium === undefined) return [];
  await using browser = await openChromium(chromium);
  const paints: number[] = [];
  for (let visit = 0; visit < VISITS; visit += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(`${url}/ui`);
    await page.locator('h1').waitFor();
    paints.push(await page.evaluate<number>(FIRST_PAINT));
    await context.close();
  }
  return paints;
}

/** `npm run bench clients` */
export const clientsCommand = command({
  description:
    'Measures what clients cost a worker: the page, open streams, and runs that wait for a person.',
  flags: {
    streams: { value: 'N', otherwise: '1000', help: 'Streams that are open at a time.', read: positive },
    waiting: { value: 'N', otherwise: '200', help: 'Runs that wait for a person.', read: positive },
    ...reportFlags,
  },
  async run({ flags: { streams, waiting, json } }, terminal) {
    const servers = await startServers();
    try {
      const file = await installWorker(join(servers.folder, 'worker'));
      await using closing = new AsyncDisposableStack();
      const world = await createWorld(servers.urls, { LOG_LEVEL: 'warn' });
      closing.defer(() => world.close());
      await using worker = await start(file, [], world.env);
      await using traffic = countTraffic(servers.urls);
      const paints = await firstPaints(worker.url);
      const rows = [
        { what: 'nothing', ...(await watchIdle(worker, traffic)) },
        {
          what: `${waiting} runs that wait for a person`,
          ...(await measureWaiting(worker, traffic, painter, waiting)),
        },
        { what: `and ${streams} open streams`, ...(await measureStreams(worker, traffic, painter, streams)) },
      ];
      const paint =
        paints.length === 0 ? undefined : { p50: quantile(paints, 0.5), most: Math.max(...paints) };
      const machine = `${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}`;
      terminal.print(`${machine}\n`);
      if (paint)
        terminal.print(
          `first paint of the page: ${paint.p50.toFixed(0)} ms, ${paint.most.toFixed(0)} at most\n`,
        );
      const cells = rows.map(({ what, megabytes, cpuPercent, readyMs, transactions, commands }) => [
        what,
        megabytes.toFixed(0),
        cpuPercent.toFixed(1),
        readyMs.toFixed(1),
        transactions.toFixed(1),
        commands.toFixed(1),
      ]);
      terminal.print(`${table(HEADS, cells)}\n`);
      if (json !== undefined) writeFileSync(json, `${JSON.stringify({ machine, paint, rows }, null, 2)}\n`);
      return DONE;
    } finally {
      await servers.stop();
    }
  },
});
