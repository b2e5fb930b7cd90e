import { type Read, readConfig } from '../config/config.ts';
import type { EnvReader, Environment } from '../config/env-reader.ts';
import { refuse } from './exit.ts';

/** The part of the configuration that a command needs; ends with every problem when there is one. */
export function configure<T>(read: (env: EnvReader) => T, environment: Environment = process.env): T {
  const answer: Read<T> = readConfig(environment, read);
  if (answer.kind === 'config') return answer.config;
  return refuse([
    'cannot start: the environment is not complete',
    ...answer.problems.map(({ path, message }) => `  ${path}: ${message}`),
  ]);
}
