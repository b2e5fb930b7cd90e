import type { JsonObject } from '../../functions/composition/contract.ts';
import { codeInMarkdown, inMarkdown } from './format.ts';
import type { Finding } from './findings.ts';

/** What `validate` found out. */
export interface Validation {
  readonly claims: number;
  readonly valid: number;
  /** Files of a tenant registry that were judged too. */
  readonly tenants: readonly string[];
  /** Sorted. */
  readonly findings: readonly Finding[];
  /** Kinds of what is no claim, each with how many there are of it. */
  readonly notJudged: Readonly<Record<string, number>>;
  readonly notes: readonly string[];
}

/** For programs; schemas/output.json describes it. */
export function validationDocument({ claims, valid, findings, notJudged, notes }: Validation): JsonObject {
  return {
    kind: 'Validation',
    version: 1,
    claims,
    valid,
    findings: findings.map(({ file, place, subject, path, message }) => ({
      file,
      ...(place === undefined ? {} : { line: place.line, column: place.column }),
      ...(subject === undefined ? {} : { claim: subject }),
      ...(path === '' ? {} : { field: path }),
      message,
    })),
    notJudged: { ...notJudged },
    notes: [...notes],
  };
}

/** For a comment on a pull request. */
export function validationMarkdown({ claims, valid, findings, notes }: Validation): string {
  const head = `**${valid} of ${claims} claims valid**`;
  const rows = findings.map(({ file, place, subject, path, message }) => {
    const where = place === undefined ? file : `${file}:${place.line}:${place.column}`;
    const about = [subject ?? '', path === '' ? '' : codeInMarkdown(path)].filter((each) => each !== '');
    return `| ${codeInMarkdown(where)} | ${about.join(' ')} | ${inMarkdown(message)} |`;
  });
  const table =
    rows.length === 0 ? [] : ['| where | what | what is wrong |\n| --- | --- | --- |', ...rows].join('\n');
  const told = notes.map((note) => `- ${inMarkdown(note)}`).join('\n');
  return `${[head, table, told].filter((each) => each.length > 0).join('\n\n')}\n`;
}
