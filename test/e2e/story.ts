import pc from 'picocolors';

/** One thing that must hold. What `run` gives is shown beside it: figures, mostly. */
export interface Step {
  readonly what: string;
  readonly run: () => Promise<string | void>;
  /** Breaks what the step shows, so that it has to fail; gives what mends it, where the end of the chapter does not. */
  readonly sabotage?: () => Promise<(() => Promise<void>) | void>;
}

/** Steps that follow from one another: when one fails, those after it are skipped. */
export interface Chapter {
  readonly title: string;
  readonly steps: readonly Step[];
  /** Without it nothing that follows makes sense, and all of it is skipped but what is told always. */
  readonly needed?: true;
  readonly always?: true;
  /** Takes away what the chapter made, however it ended. */
  readonly end?: () => Promise<void>;
}

/** How a told story went. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export function step(what: string, run: Step['run'], sabotage?: Step['sabotage']): Step {
  return { what, run, ...(sabotage && { sabotage }) };
}

/** What the teller is given: where to write, and how to keep what would explain a failure. */
export interface Telling {
  readonly say: (line: string) => void;
  /** Keeps events and logs; gives the folder that they are in. */
  readonly evidence: (name: string) => Promise<string>;
  /** Whether each chapter that can be is sabotaged: then its sabotaged step has to fail. */
  readonly sabotaged?: boolean;
}

/** Runs the chapters in order, one step after the other, and says how each went and how many seconds it took. */
export async function tell(chapters: readonly Chapter[], telling: Telling): Promise<Outcome> {
  const total = { passed: 0, failed: 0, skipped: 0 };
  let hopeless = false;
  for (const chapter of chapters) {
    const told: boolean = !hopeless || chapter.always === true;
    telling.say(`\n${pc.bold(chapter.title)}${told ? '' : pc.dim(' (skipped)')}`);
    const passed = told ? await tellOrBreak(chapter, telling) : 0;
    const failed: number = told && passed < chapter.steps.length ? 1 : 0;
    hopeless ||= failed > 0 && chapter.needed === true;
    total.passed += passed;
    total.failed += failed;
    total.skipped += chapter.steps.length - passed - failed;
  }
  return total;
}

async function tellOrBreak(chapter: Chapter, telling: Telling): Promise<number> {
  const broken = chapter.steps.findIndex(({ sabotage }) => sabotage !== undefined);
  if (telling.sabotaged !== true || broken < 0) return tellChapter(chapter, telling);
  return tellBroken(chapter, broken, telling);
}

/** Tells a chapter up to the step that is sabotaged. As good as passed when that one, and no other, fails. */
async function tellBroken(chapter: Chapter, broken: number, telling: Telling): Promise<number> {
  const { sabotage, ...sound } = chapter.steps[broken] ?? step('', () => Promise.resolve());
  let mend: (() => Promise<void>) | void;
  const hurt = step(`sabotaged: ${sound.what}`, async () => {
    mend = await sabotage?.();
    const words = await sound.run().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    await mend?.();
    if (words === undefined) throw new Error('expected it to fail, as what it shows is broken');
    return `it says: ${words.slice(0, 200)}`;
  });
  const until = { ...chapter, steps: [...chapter.steps.slice(0, broken), hurt] };
  const passed = await tellChapter(until, telling);
  return passed === until.steps.length ? chapter.steps.length : passed;
}

/** How many steps passed; the one after them failed, if there is one. */
async function tellChapter(chapter: Chapter, telling: Telling): Promise<number> {
  let passed = 0;
  for (const { what, run } of chapter.steps) {
    const began = performance.now();
    try {
      const detail = await run();
      telling.say(line(pc.green('ok  '), began, detail ? `${what} ${pc.dim(`(${detail})`)}` : what));
      passed += 1;
    } catch (error) {
      telling.say(line(pc.red('FAIL'), began, what));
      await explain(error, `${chapter.title}: ${what}`, telling);
      break;
    }
  }
  for (const { what } of chapter.steps.slice(passed + 1)) telling.say(`  skip         ${pc.dim(what)}`);
  await chapter.end?.().catch((error: unknown) => {
    telling.say(`  ${pc.red('cannot clean up')}: ${String(error)}`);
  });
  return passed;
}

async function explain(error: unknown, name: string, { say, evidence }: Telling): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  say(message.replaceAll(/^/gm, '       '));
  const kept = await evidence(name).catch((cause: unknown) => `nothing, because ${String(cause)}`);
  say(`       kept: ${kept}`);
}

function line(mark: string, began: number, text: string): string {
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  return `  ${mark} ${seconds.padStart(6)} s  ${text}`;
}
