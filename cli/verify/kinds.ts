import { at, conditionOf, list, text } from '../../functions/composition/read.ts';
import type { Offer, Platform } from '../../render/platform.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { looked, unseen, well, wrong } from './check.ts';
import type { Check } from './check.ts';
import { holds } from './holds.ts';

/** Of each kind of claim its definition, the Composition that it gets, and the Function which that calls. */
export function kindChecks(
  cluster: Cluster,
  { offers }: Platform,
  version: string,
): Promise<readonly Check[]> {
  return Promise.all(
    offers.map((offer) => {
      const wanted = wantedOf(offer, version);
      return looked(
        () => kindCheck(cluster, offer, version),
        (reason) => unseen(wanted, reason),
      );
    }),
  );
}

function wantedOf({ definition }: Offer, version: string) {
  return {
    subject: definition.kind,
    needed: `established as version ${version} has it, with its Composition and the Function of that`,
  };
}

async function kindCheck(cluster: Cluster, offer: Offer, version: string): Promise<Check> {
  const wanted = wantedOf(offer, version);
  const { definition, composition } = offer;
  const upgrade = `bring the Configuration to v${version}, or ask the program of its own version`;
  const xrd = await cluster.find({
    apiVersion: 'apiextensions.crossplane.io/v2',
    kind: 'CompositeResourceDefinition',
    name: definition.name,
    namespace: '',
  });
  if (xrd === undefined) return wrong(wanted, `no XRD ${definition.name}`, upgrade);
  const established = conditionOf(xrd, 'Established');
  if (established?.status !== 'True') {
    const why = established?.message || established?.reason || 'Crossplane does not say yet';
    return wrong(wanted, `not established: ${why}`, `kubectl describe xrd ${definition.name}`);
  }
  const served = list(at(xrd, 'spec', 'versions')).find((each) => at(each, 'name') === definition.version);
  const schema = at(served, 'schema', 'openAPIV3Schema') ?? null;
  if (!holds(schema, definition.openApi) || !holds(definition.openApi, schema))
    return wrong(wanted, 'established, with the schema of another version', upgrade);
  const made = await compositionProblem(cluster, composition.name);
  return made === undefined ? well(wanted, 'established') : wrong(wanted, made, upgrade);
}

/** Why claims of this Composition would not be composed, if they would not. */
async function compositionProblem(cluster: Cluster, name: string): Promise<string | undefined> {
  const composition = await cluster.find({
    apiVersion: 'apiextensions.crossplane.io/v1',
    kind: 'Composition',
    name,
    namespace: '',
  });
  if (composition === undefined) return `no Composition ${name}`;
  const called = list(at(composition, 'spec', 'pipeline')).map((step) =>
    text(at(step, 'functionRef', 'name')),
  );
  const found = await Promise.all(
    called.map((each) =>
      cluster.find({ apiVersion: 'pkg.crossplane.io/v1', kind: 'Function', name: each, namespace: '' }),
    ),
  );
  const missing = called.filter((_, index) => found[index] === undefined);
  return missing.length === 0
    ? undefined
    : `its Composition calls Function ${missing.join(', ')}, which is not installed`;
}
