import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { told } from '../browser/agents.ts';
import { findChromium } from '../browser/chromium.ts';
import { openPageWorld, seen, status } from '../browser/page-world.ts';
import type { PageWorld } from '../browser/page-world.ts';
import { until } from '../engine/until.ts';
import { describeServers } from '../servers/describe-servers.ts';
import { testJob } from '../servers/job.ts';

const chromium = await findChromium();

describeServers('what people do on the page', (servers) => {
  describe.skipIf(chromium === undefined)('in Chromium', () => {
    let the: PageWorld;
    beforeAll(async () => {
      the = await openPageWorld(servers, chromium ?? '');
    });
    afterAll(() => the.close());

    /** Waits until the list of runs says this of one. */
    const listed = async (about: string, words: string): Promise<void> => {
      const { page, close } = await the.look('runs');
      await page.locator('.row', { hasText: about }).locator('.status', { hasText: words }).first().waitFor();
      await close();
    };

    test('somebody starts a run, changes what a tool is asked, and sees the picture that it made', async () => {
      const reader = await the.look('start');
      const { page } = reader;
      await page.getByLabel('painter').check();
      await page.getByLabel('What should the agent do?').fill('Draw me a dot.');
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await seen(reader, 'The agent asks you');
      await listed('Draw me a dot.', 'Asks you');
      await page.getByLabel('Edit').check();
      await page.getByLabel('With these arguments instead').fill('{"color": "green"}');
      await page.getByRole('button', { name: 'Send the answer' }).click();
      await seen(reader, 'There it is.');
      await status(reader, 'Completed');
      await listed('Draw me a dot.', 'Completed');
      const picture = page.getByAltText('The picture /dot.png');
      await picture.waitFor();
      expect(await page.evaluate("document.querySelector('.files img').naturalWidth")).toBe(16);
      await page.locator('.call summary', { hasText: 'green' }).click();
      await seen(reader, 'a green dot');
      expect(reader.troubles).toEqual([]);
    });

    test('somebody goes on with a run that came over NATS, and sends a picture and a text along', async () => {
      const one = testJob({ text: 'First answer.' });
      await the.world.publish(one);
      await the.world.result(one.jobId);
      const reader = await the.look(`runs/${one.jobId}`);
      const { page } = reader;
      await seen(reader, 'First answer.');
      await page.getByLabel('Send files along').setInputFiles([
        { name: 'notes.md', mimeType: 'text/markdown', buffer: Buffer.from('# Notes') },
        { name: 'dot.png', mimeType: 'image/png', buffer: Buffer.from('iVBORw0KGgo=', 'base64') },
      ]);
      await seen(reader, 'notes.md');
      await page.getByLabel('Say what comes next').fill(told('Read that.', { text: 'Second answer.' }));
      await page.keyboard.press('Enter');
      await seen(reader, 'Second answer.');
      await seen(reader, 'First answer.');
      await seen(reader, '/notes.md');
      expect(page.url()).toContain(`#/threads/${one.jobId}`);
      expect(JSON.stringify(the.world.model.last()?.messages)).toContain(
        'data:image/png;base64,iVBORw0KGgo=',
      );
      expect(reader.troubles).toEqual([]);
    });

    test('somebody cancels a run, and takes it up again', async () => {
      const runId = await the.start('obedient', told('Take your time.', { latencyMs: 60_000 }));
      const reader = await the.look(`runs/${runId}`);
      await status(reader, 'Running');
      await reader.page.getByRole('button', { name: 'Cancel' }).click();
      await status(reader, 'Cancelled');
      await reader.page.getByRole('button', { name: 'Retry' }).click();
      await status(reader, 'Running');
      await reader.page.getByRole('button', { name: 'Cancel' }).click();
      await status(reader, 'Cancelled');
      expect(reader.troubles).toEqual([]);
    });

    test('somebody replays a dead letter', async () => {
      const one = testJob({ name: 'twice', text: 'At last.', fail: { status: 503, times: 2 } });
      await the.world.publish(one);
      await until('it is put aside', async () =>
        (await the.world.deadLetters()).some(({ body }) => body.includes(one.jobId)),
      );
      const reader = await the.look('dead-letters');
      const letter = reader.page.locator('.letter', { hasText: one.jobId });
      await letter.getByText('MODEL_UNAVAILABLE').waitFor();
      await letter.getByRole('button', { name: 'Replay' }).click();
      await seen(reader, 'goes on from its last checkpoint');
      await letter.waitFor({ state: 'detached' });
      await reader.page.goto(`${the.url}/ui#/runs/${one.jobId}`);
      await until('it has been tried again', async () => (the.world.model.steps('twice')[0] ?? 0) > 1);
      expect(reader.troubles).toEqual([]);
    });

    test('somebody follows a run whose worker is killed, to its end on another', async () => {
      const slow = {
        rounds: [[{ tool: 'write_file', args: { file_path: '/a.md', content: 'kept' } }]],
        latencyMs: 6_000,
      };
      const runId = await the.start(
        'obedient',
        told('Write, then answer.', { ...slow, text: 'Done elsewhere.' }),
      );
      const reader = await the.look(`runs/${runId}`, {}, /net::ERR_/);
      await reader.page.locator('summary', { hasText: 'write_file' }).waitFor();
      await the.kill();
      await seen(reader, 'Done elsewhere.');
      await seen(reader, 'Attempt 2');
      await status(reader, 'Completed');
      expect(reader.troubles).toEqual([]);
    });
  });
});
