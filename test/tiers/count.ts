import { stripVTControlCharacters } from 'node:util';

interface Test {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

/** What vitest leaves by its reporter `json`, as far as it is read here. */
export interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly Test[];
    /** Why the file itself failed. */
    readonly message: string;
  }[];
}

/** A test, or a whole file, that failed. */
export interface FailedTest {
  /** Its file and its name. */
  readonly where: string;
  /** The first line of the error. */
  readonly why: string;
}

interface FileCount {
  readonly passed: number;
  readonly skipped: number;
  readonly failures: readonly FailedTest[];
}

/** What a run of a tier came to, by file. */
export type Count = ReadonlyMap<string, FileCount>;

/** What a report says, its files called as `shown` calls them. */
export function countOf({ testResults }: Report, shown: (path: string) => string): Count {
  return new Map(
    testResults.map(({ name, assertionResults, message }) => {
      const file = shown(name);
      const failed = assertionResults
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => ({
          where: `${file}: ${fullName}`,
          why: firstLine(failureMessages[0] ?? ''),
        }));
      const whole = failed.length === 0 && message !== '' ? [{ where: file, why: firstLine(message) }] : [];
      const passed = assertionResults.filter(({ status }) => status === 'passed').length;
      const skipped = assertionResults.length - passed - failed.length;
      return [file, { passed, skipped, failures: [...failed, ...whole] }];
    }),
  );
}

function firstLine(text: string): string {
  return stripVTControlCharacters(text).trim().split('\n', 1)[0] ?? '';
}

/** A run that left no report, or ended badly without a test that failed. */
export function failedRun(tier: string, why: string): Count {
  return new Map([[tier, { passed: 0, skipped: 0, failures: [{ where: tier, why }] }]]);
}

/** The failures of a count, or of both runs of a tier. */
export function failuresIn(count: Count): FailedTest[] {
  return [...count.values()].flatMap(({ failures }) => failures);
}

/** What both runs of a tier come to: for a file that ran twice, its second run counts. */
export function together(first: Count, second: Count): Count {
  return new Map([...first, ...second]);
}

/** What failed at first, and passed when it was alone. */
export function unsteady(first: Count, second: Count): FailedTest[] {
  const again = new Set(failuresIn(together(first, second)).map(({ where }) => where));
  return failuresIn(first).filter(({ where }) => !again.has(where));
}

/** Tests of all files of a count that passed, or were skipped. */
export function sum(count: Count, what: 'passed' | 'skipped'): number {
  return [...count.values()].reduce((total, file) => total + file[what], 0);
}

/** A line for a person: what failed, and why. */
export function failureLine({ where, why }: FailedTest): string {
  return `${where}: ${why}`;
}
