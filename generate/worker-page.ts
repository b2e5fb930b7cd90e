import { variables } from '../worker/env.ts';
import type { Variable } from '../worker/env.ts';
import { failures } from '../worker/jobs/rules/failures.ts';
import { tableRow } from './table-row.ts';

function variableRow([name, variable]: readonly [string, Variable]): string {
  const value = variable.default === undefined ? '' : `\`${variable.default}\``;
  const notes = [variable.required ? 'required' : '', variable.secret ? 'secret' : ''];
  return tableRow([
    `\`${name}\``,
    variable.description,
    value,
    notes.filter((note) => note !== '').join(', '),
  ]);
}

/** `docs/worker-configuration.md`: every variable and every failure code, from the tables that the worker itself goes by. */
export function workerPage(): string {
  return [
    '# Configuration of the worker',
    '',
    'The worker reads its settings from these environment variables, and says everything that is wrong with them at once',
    '(exit status 2). Durations are a number with a unit: `500ms`, `30s`, `10m`, `24h`, `7d`. This page is written by',
    '`npm run generate` from `worker/env.ts` and `worker/jobs/rules/failures.ts`.',
    '',
    tableRow(['Variable', 'Meaning', 'Default', '']),
    tableRow(['---', '---', '---', '---']),
    ...Object.entries<Variable>(variables).map(variableRow),
    '',
    'Variables that begin with `MODEL_HEADER_` hold values of headers for models, such as the key of a gateway: a definition names them in',
    '`header_variables` of a model, and reads no other variable. They are secrets, sent to the server of the provider and shown nowhere.',
    '',
    '## Failure codes',
    '',
    'The `code` of a failed event, and of `error` in `GET /jobs/{id}`. What follows: `never` ends the job at once; `counted` is',
    'tried again, up to `MAX_ATTEMPTS` failures without a checkpoint in between; `patient` means that something is away, and is',
    'tried again for as long as `RETRY_PATIENCE`; `elsewhere` is the fault of one worker: the job loses nothing, and another may take it.',
    '',
    tableRow(['Code', 'Meaning', 'Tried again']),
    tableRow(['---', '---', '---']),
    ...Object.entries(failures).map(([code, { retry, meaning }]) =>
      tableRow([`\`${code}\``, meaning, `\`${retry}\``]),
    ),
    '',
  ].join('\n');
}
