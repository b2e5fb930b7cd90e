/** Something that is asked for while others are, and is to be answered. */
export interface Waiting<Question, Answer> {
  readonly question: Question;
  answer(result: Answer | Promise<Answer>): void;
}

/** Collects what is asked in one turn of the event loop, so that it can be answered together. */
export class Gathered<Question, Answer> {
  readonly #answerAll: (waiting: readonly Waiting<Question, Answer>[]) => void;
  #waiting: Waiting<Question, Answer>[] = [];

  constructor(answerAll: (waiting: readonly Waiting<Question, Answer>[]) => void) {
    this.#answerAll = answerAll;
  }

  ask(question: Question): Promise<Answer> {
    return new Promise((resolve) => {
      this.#waiting.push({ question, answer: resolve });
      if (this.#waiting.length > 1) return;
      setImmediate(() => {
        const waiting = this.#waiting;
        this.#waiting = [];
        this.#answerAll(waiting);
      });
    });
  }
}
