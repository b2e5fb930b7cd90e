import { addressPatterns } from '../agents/tools/mcp/address-pattern.ts';
import type { AddressPattern } from '../agents/tools/mcp/address-pattern.ts';
import type { VariableName } from '../env.ts';
import type { EnvReader } from './env-reader.ts';

/** The addresses that a variable allows. */
export function readAddresses(env: EnvReader, name: VariableName): readonly AddressPattern[] {
  const given = env.optional(name) ?? '';
  const patterns = addressPatterns(given);
  if (patterns === undefined)
    env.refuse(name, 'addresses such as https://*.example.com/*', JSON.stringify(given));
  return patterns ?? [];
}
