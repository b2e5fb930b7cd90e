import { execFile } from 'node:child_process';
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

/** A text of a file, taken once, and what to put in its place. */
export interface Edit {
  readonly file: string;
  readonly at: string;
  readonly instead: string;
}

/** What one test came to. */
export interface Result {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

export const isBad = ({ status }: Result) => status === 'failed';

/** A copy of the repository that may be spoiled. It goes with the tests of the file that makes it. */
export interface Copy {
  readonly path: string;
  edit(edit: Edit): void;
  node(...args: string[]): Promise<unknown>;
  /** Runs test files that need nothing but Node, of them the tests with such names. */
  results(files: readonly string[], names: string): Promise<readonly Result[]>;
}

export function copyOfRepository(): Copy {
  const path = mkdtempSync(join(tmpdir(), 'zerotouch-copy-'));
  for (const name of globSync('*', { cwd: root, exclude: ['node_modules'] }))
    cpSync(join(root, name), join(path, name), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(path, 'node_modules'));
  afterAll(() => rmSync(path, { recursive: true }));
  const node = (...args: string[]) => run(process.execPath, args, { cwd: path });
  return {
    path,
    node,
    edit({ file, at, instead }) {
      const text = readFileSync(join(path, file), 'utf8');
      if (!text.includes(at)) throw new Error(`${file} has no ${at}`);
      writeFileSync(
        join(path, file),
        text.replace(at, () => instead),
      );
    },
    async results(files, names) {
      const report = join(path, 'report.json');
      const vitest = join(root, 'node_modules/vitest/vitest.mjs');
      const args = [vitest, 'run', '--project', 'pure', '--reporter', 'json', '--outputFile', report];
      // It ends with 1 where a test fails, which is what is looked for.
      await node(...args, '-t', names, ...files).catch(() => undefined);
      const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
        testResults: { assertionResults: Result[] }[];
      };
      return testResults.flatMap(({ assertionResults }) => assertionResults);
    },
  };
}
