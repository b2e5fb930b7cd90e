const [OPEN, CLOSE] = ['<think>', '</think>'];

/** Takes the thoughts out of an answer that begins with `<think>`, as models say them where their server does not sort. */
export class MarkedThoughts {
  #stage: 'before' | 'thinking' | 'blank' | 'answer' = 'before';
  /** What may be the beginning of a mark. */
  #held = '';

  /** The next piece of an answer, sorted. */
  split(piece: string): { readonly text: string; readonly thinking: string } {
    const all = this.#held + piece;
    this.#held = '';
    switch (this.#stage) {
      case 'before': {
        const begun = all.trimStart();
        if (begun.startsWith(OPEN)) return this.#next('thinking', begun.slice(OPEN.length));
        if (OPEN.startsWith(begun)) return this.#hold(all, '');
        return this.#next('answer', all);
      }
      case 'thinking': {
        const end = all.indexOf(CLOSE);
        if (end === -1) {
          const mark = all.lastIndexOf('<');
          const isMark = mark !== -1 && CLOSE.startsWith(all.slice(mark));
          return isMark ? this.#hold(all.slice(mark), all.slice(0, mark)) : this.#hold('', all);
        }
        const { text, thinking } = this.#next('blank', all.slice(end + CLOSE.length));
        return { text, thinking: all.slice(0, end) + thinking };
      }
      case 'blank': {
        const text = all.trimStart();
        return text === '' ? { text: '', thinking: '' } : this.#next('answer', text);
      }
      case 'answer':
        return { text: all, thinking: '' };
    }
  }

  /** What was held back when the answer ended. */
  rest(): string {
    const held = this.#stage === 'before' ? this.#held : '';
    this.#held = '';
    return held;
  }

  #next(stage: 'thinking' | 'blank' | 'answer', piece: string): { text: string; thinking: string } {
    this.#stage = stage;
    return this.split(piece);
  }

  #hold(held: string, thinking: string): { text: string; thinking: string } {
    this.#held = held;
    return { text: '', thinking };
  }
}
