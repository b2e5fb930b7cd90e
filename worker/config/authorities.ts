import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { VariableName } from '../env.ts';
import type { EnvReader } from './env-reader.ts';

/**
 * The certificates in the file that a variable names, in PEM; undefined when it names none. The file is read here, so that one
 * that is not there is said with everything else that is wrong.
 */
export function readAuthorities(env: EnvReader, variable: VariableName): string | undefined {
  const file = env.optional(variable);
  if (file === undefined) return undefined;
  try {
    const ca = readFileSync(file, 'utf8');
    // Throws where there is none in it.
    void new X509Certificate(ca);
    return ca;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    env.refuse(variable, 'a file of certificates in PEM', `${JSON.stringify(file)}: ${why}`);
    return undefined;
  }
}
