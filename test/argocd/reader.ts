import { stepsOf } from '../cli/steps.ts';
import { read } from '../structure/sources.ts';
import type { Terminal } from './terminal.ts';

/** Somebody who types what a page says, script after script, in one terminal. */
export class Reader {
  readonly #scripts: string[];
  readonly #terminal: Terminal;

  /** @param own what stands in the page in capitals, and what this reader has in its place */
  constructor(page: string, own: Readonly<Record<string, string>>, terminal: Terminal) {
    this.#terminal = terminal;
    this.#scripts = stepsOf(read(page)).map(({ script }) =>
      Object.entries(own).reduce((text, [name, value]) => text.replaceAll(name, value), script),
    );
  }

  /** Types every script that comes next, up to the one with this text in it. */
  async typesUpTo(text: string, input?: string): Promise<void> {
    for (;;) {
      const script = this.#scripts.shift();
      if (script === undefined) throw new Error(`the page says nothing more with ${text} in it`);
      await this.#terminal.type(script, input);
      if (script.includes(text)) return;
    }
  }

  /** How many scripts are left. */
  get left(): number {
    return this.#scripts.length;
  }
}
