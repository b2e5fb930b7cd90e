import type { Problem } from '../composition/contract.ts';

interface Field {
  readonly name: string;
  readonly lowest: number;
  readonly highest: number;
  /** Three letters each, in order from `lowest`. */
  readonly words?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const fiveFields: readonly Field[] = [
  { name: 'minute', lowest: 0, highest: 59 },
  { name: 'hour', lowest: 0, highest: 23 },
  { name: 'day of month', lowest: 1, highest: 31 },
  { name: 'month', lowest: 1, highest: 12, words: months },
  { name: 'day of week', lowest: 0, highest: 6, words: days },
];

/** The longest that each month gets. */
const longest = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * What is wrong with a schedule: that operators accept an object with a broken one and never act on it is found out on the
 * day the backup is needed. With `seconds` it has a field of seconds first. The rules are those of robfig/cron.
 * https://github.com/robfig/cron/blob/v1.2.0/parser.go
 */
export function checkCron(path: string, schedule: string, seconds: boolean): Problem[] {
  const fields = seconds ? [{ name: 'second', lowest: 0, highest: 59 }, ...fiveFields] : fiveFields;
  const given = schedule.trim().split(/\s+/);
  if (given.length !== fields.length)
    return [
      {
        path,
        message: `expected ${fields.length} fields (${fields.map(({ name }) => name).join(', ')}), got ${given.length}`,
      },
    ];
  const problems = fields.flatMap((field, index): Problem[] => {
    const why = fieldProblem(field, given[index] ?? '');
    return why === undefined ? [] : [{ path, message: `the ${field.name} ${why}` }];
  });
  if (problems.length > 0) return problems;
  const [dayOfMonth = '', month = ''] = given.slice(-3);
  return comes(dayOfMonth, month) ? [] : [{ path, message: 'that day never comes' }];
}

function fieldProblem(field: Field, text: string): string | undefined {
  for (const part of text.split(',')) {
    const why = partProblem(field, part);
    if (why !== undefined) return why;
  }
  return undefined;
}

function partProblem(field: Field, part: string): string | undefined {
  const { lowest, highest } = field;
  const [range = '', step, more] = part.split('/');
  if (more !== undefined || (step !== undefined && !/^[1-9]\d*$/.test(step)))
    return `has "${part}", where a step is a number from 1 on after one slash`;
  if (range === '*' || range === '?') return undefined;
  const [from, to, tooMany] = range.split('-').map((each) => valueOf(field, each));
  if (from === undefined || tooMany !== undefined) return `has "${part}", which is no number or range`;
  for (const value of to === undefined ? [from] : [from, to])
    if (!(value >= lowest && value <= highest)) return `may be from ${lowest} to ${highest}, got "${part}"`;
  return to !== undefined && from > to ? `has "${part}", which ends before it begins` : undefined;
}

/** NaN for what is neither a number nor a word of the field. */
function valueOf({ lowest, words = [] }: Field, text: string): number {
  const word = words.indexOf(text.toLowerCase());
  if (word >= 0) return lowest + word;
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

/** Whether any month that is meant has a day that is meant; only plain numbers are judged. */
function comes(dayOfMonth: string, month: string): boolean {
  if (!/^[\d,]+$/.test(dayOfMonth)) return true;
  const field = fiveFields[3];
  const meant = month.split(',').map((each) => (field === undefined ? Number.NaN : valueOf(field, each)));
  if (meant.some(Number.isNaN)) return true;
  const first = Math.min(...dayOfMonth.split(',').map(Number));
  return meant.some((each) => first <= (longest[each - 1] ?? 31));
}
