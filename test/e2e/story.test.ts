import { expect, test } from 'vitest';
import { chapterNames, storyOf } from './chapters.ts';
import { step, tell } from './story.ts';
import type { Chapter } from './story.ts';

const fails = (what: string) => step(what, () => Promise.reject(new Error('as it must')));
const passes = (what: string) => step(what, () => Promise.resolve());

async function told(chapter: Chapter, sabotaged: boolean) {
  const lines: string[] = [];
  const telling = {
    say: (line: string) => void lines.push(line),
    evidence: () => Promise.resolve('nowhere'),
    sabotaged,
  };
  return { ...(await tell([chapter], telling)), text: lines.join('\n') };
}

test('a chapter ends with the first step that fails, and its end is told all the same', async () => {
  let ended = false;
  const end = () => {
    ended = true;
    return Promise.resolve();
  };
  const outcome = await told({ title: 'One', steps: [passes('a'), fails('b'), passes('c')], end }, false);
  expect(outcome).toMatchObject({ passed: 1, failed: 1, skipped: 1 });
  expect(ended).toBe(true);
});

/** A chapter of which the second step sees what it shows, or does not. */
function shown(sees: boolean): { chapter: Chapter; log: string[] } {
  const log: string[] = [];
  let broken = false;
  const look = async () => {
    log.push('look');
    if (broken && sees) throw new Error('it is broken');
  };
  const sabotage = async () => {
    broken = true;
    log.push('break');
    return async () => void log.push('mend');
  };
  return { chapter: { title: 'One', steps: [passes('a'), step('b', look, sabotage), passes('c')] }, log };
}

test('a chapter that is sabotaged is as good as told when the broken step fails, and is mended', async () => {
  const { chapter, log } = shown(true);
  const outcome = await told(chapter, true);
  expect(outcome).toMatchObject({ passed: 3, failed: 0, skipped: 0 });
  expect(outcome.text).toContain('it says: it is broken');
  expect(log).toEqual(['break', 'look', 'mend']);
});

test('a chapter that does not see what is broken fails', async () => {
  const { chapter, log } = shown(false);
  expect(await told(chapter, true)).toMatchObject({ passed: 1, failed: 1 });
  expect(log).toEqual(['break', 'look', 'mend']);
});

test('nothing is broken unless that is asked for', async () => {
  const { chapter, log } = shown(true);
  expect(await told(chapter, false)).toMatchObject({ passed: 3 });
  expect(log).toEqual(['look']);
});

const world = { cluster: undefined as never, registry: { push: '', pull: '' } };

test.each([
  { keep: false, told: true, reason: 'it goes on with the executor of that chapter' },
  { keep: true, told: false, reason: 'that executor was left standing' },
])('worker told with policies: $told, as $reason', async ({ keep, told: wanted }) => {
  const story = await storyOf(world, ['packages', 'policies'], keep);
  expect(story.some(({ title }) => title === 'Three claims become an agent worker')).toBe(wanted);
});

test('every chapter can be sabotaged', async () => {
  const [, ...chapters] = await storyOf(world, chapterNames, false);
  const told = chapters.filter(({ always }) => !always);
  expect(told).toHaveLength(chapterNames.length);
  const sound = told.filter(({ steps }) => steps.every(({ sabotage }) => sabotage === undefined));
  expect(sound.map(({ title }) => title)).toEqual([]);
});
