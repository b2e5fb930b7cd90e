/** Lets so many do their work at once; the others wait and go in the order in which they came. */
export class Places {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  async within<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      // Handed on and not freed: who comes meanwhile goes last.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }
}
