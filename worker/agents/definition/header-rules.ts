import type { Problem } from '../../ports.ts';
import type { Capabilities } from './definition.ts';
import type { ModelShape } from './shape.ts';

// A token of RFC 9110, §5.6.2.
const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/i;

// Visible ASCII and blanks within: what every server takes.
const VALUE = /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;

/** What the worker says of a request itself. */
const OF_THE_WORKER = new Set(
  (
    'host connection keep-alive te trailer transfer-encoding upgrade expect accept accept-encoding content-length ' +
    'content-type content-encoding traceparent tracestate'
  ).split(' '),
);

/** Headers that open doors: their values have no place in a definition, which many can read. */
const CREDENTIALS = new Set('authorization proxy-authorization cookie x-api-key api-key'.split(' '));

/** What is wrong with the headers of a model; `path` is that of the model. */
export function headerProblems(
  { headers = {}, header_variables: variables = {} }: ModelShape,
  path: string,
  { headerVariables: known }: Capabilities,
): readonly Problem[] {
  const taken = new Set<string>();
  const problems: Problem[] = [];
  const judge = (at: string, name: string, wrong: string | undefined): void => {
    const lower = name.toLowerCase();
    const why = wrongName(lower) ?? (taken.has(lower) ? 'is given twice' : wrong);
    taken.add(lower);
    if (why !== undefined) problems.push({ path: `${path}.${at}.${name}`, message: why });
  };
  for (const [name, value] of Object.entries(headers)) judge('headers', name, wrongValue(name, value));
  for (const [name, variable] of Object.entries(variables)) {
    judge('header_variables', name, wrongVariable(variable, known));
  }
  return problems;
}

function wrongName(name: string): string | undefined {
  if (!NAME.test(name)) return 'is no name of a header';
  return OF_THE_WORKER.has(name) ? 'is set by the worker itself' : undefined;
}

function wrongValue(name: string, value: string): string | undefined {
  if (CREDENTIALS.has(name.toLowerCase())) return 'is a credential: name its variable in `header_variables`';
  return VALUE.test(value) ? undefined : 'expected a text of visible ASCII letters';
}

function wrongVariable(variable: string, known: readonly string[] | undefined): string | undefined {
  if (!variable.startsWith('MODEL_HEADER_')) return 'expected the name of a variable MODEL_HEADER_…';
  if (known === undefined || known.includes(variable)) return undefined;
  return `"${variable}" is not set where the worker runs`;
}
