import type { Claim, Context, Problem } from '../../composition/contract.ts';
import { checkNested } from '../../kube/nested-claims.ts';
import type { Spec } from './xr.gen.ts';

/** What is wrong with database and cache, of which a Secret may be named in place of either. */
export function checkStores(claim: Claim<Spec>, context: Context): Problem[] {
  const { database, cache, postgresConnectionSecret, dragonflyConnectionSecret } = claim.spec;
  return [
    ...checkSecret('spec.postgresConnectionSecret', 'spec.database', database, postgresConnectionSecret),
    ...checkSecret('spec.dragonflyConnectionSecret', 'spec.cache', cache, dragonflyConnectionSecret),
    ...checkNested(claim, context),
  ];
}

function checkSecret(
  path: string,
  field: string,
  given: object | undefined,
  secret: string | undefined,
): Problem[] {
  if (given === undefined || secret === undefined) return [];
  return [{ path, message: `follows from ${field}; give one of them` }];
}
