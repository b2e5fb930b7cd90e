import { expect, test } from 'vitest';
import type { JobOptions } from '../../worker/job-options.ts';
import { describe as describeApp, openApp } from '../../worker/http/app.ts';
import type { Door } from '../../worker/http/service.ts';
import { MAX_ID_LENGTH } from '../../worker/jobs/rules/message.ts';
import {
  LIMIT,
  LONGEST_WORD,
  MOST_RATES,
  MOST_TAGS,
  NUMBERS,
  PER_SECONDS,
} from '../../worker/jobs/rules/options.ts';
import { read } from '../structure/sources.ts';
import { document } from './told.ts';

const page = read('docs/wire.md');

/** The rows of the table whose head begins with this cell. */
function rowsUnder(head: string): readonly (readonly string[])[] {
  const [, table = ''] = page.split(new RegExp(`^\\| ${head} +\\|.*\\n\\|[ -|]+\\n`, 'm'));
  const [lines = ''] = table.split('\n\n');
  return lines.split('\n').map((line) => line.split(/ *\| */).slice(1, -1));
}

const nameIn = (cell = '') => cell.replaceAll('`', '');
const range = ({ least, most }: { readonly least: number; readonly most: number }) => `${least} to ${most}`;

test('has each option of a job, with the bounds that the worker holds it to', () => {
  const rows = rowsUnder('in `options`').map(([name, , values]) => [nameIn(name), values]);
  expect(Object.fromEntries(rows)).toEqual({
    attempts: range(NUMBERS.attempts),
    patience_seconds: range(NUMBERS.patience_seconds),
    deadline_seconds: range(NUMBERS.deadline_seconds),
    priority: range(NUMBERS.priority),
    after_seconds: range(NUMBERS.after_seconds),
    concurrency: `\`limit\` ${range(LIMIT)}`,
    rates: `at most ${MOST_RATES}; \`limit\` ${range(LIMIT)}, \`per_seconds\` ${range(PER_SECONDS)}`,
    tags: `at most ${MOST_TAGS}`,
  } satisfies Record<keyof JobOptions, string>);
  expect(page).toContain(`Keys and tags have 1 to ${LONGEST_WORD} characters.`);
  expect(page).toContain(`\`job_id\` and \`trace_id\` are texts of up to ${MAX_ID_LENGTH} characters`);
});

test('has each live event, and no other', () => {
  const rows = rowsUnder('`event_type`').map(([type]) => nameIn(type));
  expect(rows.toSorted()).toEqual(Object.keys(document.channels['events']?.messages ?? {}).toSorted());
});

test('names only routes that the worker answers', () => {
  const paths = describeApp(openApp({} as Door)).paths ?? {};
  const named = rowsUnder('request').flatMap(([cell = '']) => [...cell.matchAll(/`(GET|POST) ([^`]+)`/g)]);
  expect(named.length).toBeGreaterThan(15);
  for (const [, method = '', path = ''] of named)
    expect(paths, path).toHaveProperty([path, method.toLowerCase()]);
});
