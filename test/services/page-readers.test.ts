import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { told } from '../browser/agents.ts';
import { findChromium } from '../browser/chromium.ts';
import { openPageWorld, seen, status } from '../browser/page-world.ts';
import type { PageWorld } from '../browser/page-world.ts';
import { describeServers } from '../servers/describe-servers.ts';

const chromium = await findChromium();

describeServers('who reads the page, and what it must not do', (servers) => {
  describe.skipIf(chromium === undefined)('in Chromium', () => {
    let the: PageWorld;
    beforeAll(async () => {
      the = await openPageWorld(servers, chromium ?? '');
    });
    afterAll(() => the.close());

    test('what a model and a tool say is shown as it stands, and nothing of it runs or is fetched', async () => {
      const hostile = [
        '<script>window.owned = 1</script>',
        '<img src="http://evil.example/a.png" onerror="window.owned = 1">',
        '<iframe srcdoc="<script>parent.owned = 1</script>"></iframe>',
        '[a link](javascript:window.owned=1) [another](data:text/html,<script>owned=1</script>)',
        '![a picture](http://evil.example/b.png) ![svg](data:image/svg+xml;base64,PHN2Zz4=)',
        '<svg onload="window.owned = 1"><style>* { display: none }</style>',
        '<meta http-equiv="refresh" content="0;url=http://evil.example/">',
      ].join('\n\n');
      const rounds = [[{ tool: 'write_file', args: { file_path: '/x.html', content: hostile } }]];
      const runId = await the.start('obedient', told('Be hostile.', { rounds, text: hostile }));
      const reader = await the.look(`runs/${runId}`);
      const { page } = reader;
      await status(reader, 'Completed');
      await seen(reader, '<script>window.owned = 1</script>');
      await page.locator('.files summary').click();
      await page.locator('.call summary').click();
      expect(await page.evaluate('window.owned')).toBeUndefined();
      expect(
        await page.locator('main iframe, main script, main style, main svg style, main meta').count(),
      ).toBe(0);
      expect(await page.locator('.said a').count()).toBe(0);
      expect(
        reader.asked.filter((address) => !address.startsWith(the.url) && !address.startsWith('data:')),
      ).toEqual([]);
      expect(page.url()).toContain(the.url);
      expect(reader.troubles).toEqual([]);
    });

    test('by the keyboard alone: from the list of runs to an answer', async () => {
      const reader = await the.look('runs');
      const { page } = reader;
      await page.keyboard.press('Tab');
      expect(await page.locator(':focus').textContent()).toContain('Skip to the content');
      const reach = async (selector: string): Promise<void> => {
        for (let tabs = 0; tabs < 60; tabs += 1) {
          if (await page.locator(`${selector}:focus`).count()) return;
          await page.keyboard.press('Tab');
        }
        throw new Error(`cannot reach ${selector} by the keyboard`);
      };
      await reach('a.begin');
      await page.keyboard.press('Enter');
      await page.getByLabel('painter').waitFor();
      await reach('.agent input[type=radio]');
      await page.keyboard.press('ArrowDown');
      await reach('.composer textarea');
      await page.keyboard.type('Draw by keyboard.');
      await page.keyboard.press('Enter');
      await seen(reader, 'The agent asks you');
      await reach('.decide input[type=radio]');
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await reach('.decide textarea');
      await page.keyboard.type('Not now.');
      await reach('.decide button');
      await page.keyboard.press('Enter');
      await status(reader, 'Completed');
      expect(JSON.stringify(the.world.model.last()?.messages)).toContain('Not now.');
      expect(reader.troubles).toEqual([]);
    });

    test.each([
      { look: 'light', colorScheme: 'light', paper: 'rgb(250, 249, 246)' },
      { look: 'dark', colorScheme: 'dark', paper: 'rgb(22, 24, 26)' },
    ] as const)('in $look, on a phone: everything is within its width', async ({ colorScheme, paper }) => {
      const words = `${'A long answer. '.repeat(30)}\n\n\`\`\`\n${'x'.repeat(400)}\n\`\`\`\n\n| a | b |\n| - | - |\n| ${'y'.repeat(200)} | z |`;
      const runId = await the.start('obedient', told('Answer at length.', { text: words }));
      const reader = await the.look(`runs/${runId}`, { viewport: { width: 390, height: 844 }, colorScheme });
      const { page } = reader;
      await status(reader, 'Completed');
      await seen(reader, 'A long answer.');
      const width = () => page.evaluate<number>('document.documentElement.scrollWidth');
      expect(await width()).toBeLessThanOrEqual(390);
      expect(await page.evaluate('getComputedStyle(document.documentElement).backgroundColor')).toBe(paper);
      for (const place of ['runs', 'threads', 'dead-letters', 'start']) {
        await page.goto(`${the.url}/ui#/${place}`);
        await page.locator('h1').waitFor();
        expect(await width(), place).toBeLessThanOrEqual(390);
      }
      expect(reader.troubles).toEqual([]);
    });

    test('shows nothing without the token, and keeps it in the tab alone', async () => {
      const token = 'a token of some length';
      const locked = await the.world.worker({ API_TOKEN: token });
      await locked.ready();
      const reader = await the.lookAt(locked.url, /401/);
      const { page } = reader;
      await seen(reader, 'This worker asks for a token');
      expect(await page.locator('.row').count()).toBe(0);
      await page.getByLabel('Token').fill('another one');
      await page.keyboard.press('Enter');
      await seen(reader, 'That token is not the one of this worker.');
      await page.getByLabel('Token').fill(token);
      await page.keyboard.press('Enter');
      await page.locator('.row').first().waitFor();
      const kept = await page.evaluate('[localStorage.length, document.cookie, location.href]');
      expect(kept).toEqual([0, '', `${locked.url}/ui`]);
      expect(reader.asked.some((address) => address.includes('token'))).toBe(false);
      expect(reader.troubles).toEqual([]);
      await reader.close();
    });
  });
});
