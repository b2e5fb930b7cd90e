import { REFUSED } from '../../command-line/exit-code.ts';
import { Failure } from '../../command-line/failure.ts';
import { readConfig } from '../config/config.ts';
import type { EnvReader, Environment } from '../config/env-reader.ts';

/** Where every command finds its settings, for its help. */
export const ENVIRONMENT = 'Settings come from the environment; docs/worker-configuration.md lists them.';

/**
 * The part of the configuration that a command needs.
 *
 * @throws a Failure with every problem of the environment, when there is one
 */
export function configure<T>(read: (env: EnvReader) => T, environment: Environment = process.env): T {
  const answer = readConfig(environment, read);
  if (answer.kind === 'config') return answer.config;
  const lines = answer.problems.map(({ path, message }) => `  ${path}: ${message}`);
  throw new Failure(['cannot start: the environment is not complete', ...lines].join('\n'), REFUSED);
}
