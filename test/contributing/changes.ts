import { read } from '../structure/sources.ts';

/** A row of the table in CONTRIBUTING.md. */
export interface Change {
  readonly change: string;
  /** What it touches. */
  readonly files: readonly string[];
  /** The tests that notice a forgotten one. */
  readonly tests: readonly string[];
}

const codeIn = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);

export const changes: readonly Change[] = read('CONTRIBUTING.md')
  .split('\n')
  .filter((line) => /^\| an? |^\| one |^\| another /.test(line))
  .map((line) => {
    const [, change = '', files = '', tests = ''] = line.split('|').map((cell) => cell.trim());
    return { change, files: codeIn(files), tests: codeIn(tests) };
  });
