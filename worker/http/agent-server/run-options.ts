import type { JobOptions } from '../../job-options.ts';
import { readOptions } from '../../jobs/rules/options.ts';
import { isJsonObject } from '../../json.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Problem } from '../../ports.ts';
import { HttpError } from '../answer.ts';
import { problemsOf } from '../intake.ts';
import type { RunCreate } from './schemas.ts';

/** Clients of the Agent Server have a place in `config.configurable` for what it does not know itself. */
export const CONFIGURED = 'job_options';

function read(value: Json | undefined, path: string): JobOptions | undefined {
  if (value === undefined || value === null) return undefined;
  const problems: Problem[] = [];
  const options = readOptions(value, path, problems);
  if (problems.length === 0) return options;
  throw new HttpError(422, 'cannot read how the run wants to be run', problemsOf(problems));
}

/** What a config says of how runs want to be run; throws 422 with all that is wrong. */
export function configuredOptions({ configurable = null }: JsonObject): JobOptions | undefined {
  if (!isJsonObject(configurable)) return undefined;
  return read(configurable[CONFIGURED], `config.configurable.${CONFIGURED}`);
}

/** How long a run waits before it may begin, and how its job wants to be run beyond that. */
export interface RunOptions {
  readonly delayMs: number;
  readonly options: JobOptions | undefined;
}

/**
 * `options` in the body of a run, or where there are none those of its config, which has come together from its own and that of its
 * assistant. Of two delays that of the run itself counts. Throws 422 with all that is wrong.
 */
export function runOptions(wanted: RunCreate, config: JsonObject): RunOptions {
  const given = (wanted.options ?? null) as Json;
  const asked = given === null ? configuredOptions(config) : read(given, 'options');
  const { after_seconds: after, ...options } = asked ?? {};
  return {
    delayMs: Math.ceil((wanted.after_seconds ?? after ?? 0) * 1_000),
    options: Object.keys(options).length === 0 ? undefined : options,
  };
}
