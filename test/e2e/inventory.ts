import { at, text } from '../../functions/composition/read.ts';
import type { Kubectl, Live } from './kubectl.ts';

/** What belongs to no namespace and could be left behind, and what packages leave in Crossplane's own. */
const clusterWide = [
  'namespaces,customresourcedefinitions,clusterroles,clusterrolebindings,persistentvolumes',
  'validatingadmissionpolicies,validatingadmissionpolicybindings',
  'compositeresourcedefinitions,compositions,compositionrevisions',
  'configurations.pkg.crossplane.io,functions.pkg.crossplane.io,deploymentruntimeconfigs.pkg.crossplane.io,imageconfigs.pkg.crossplane.io',
  'configurationrevisions.pkg.crossplane.io,functionrevisions.pkg.crossplane.io',
].join(',');
const ofCrossplane = 'deployments,services,secrets,serviceaccounts,pods,poddisruptionbudgets';

/** Names of everything that a story could leave behind, each `Kind/name`. */
export async function inventory(cluster: Kubectl): Promise<ReadonlySet<string>> {
  const found = await Promise.all([
    cluster.list(clusterWide),
    cluster.list(ofCrossplane, { in: 'crossplane-system' }),
    cluster.list('persistentvolumeclaims'),
  ]);
  return new Set(found.flat().map(name));
}

function name(live: Live): string {
  const namespace = text(at(live, 'metadata', 'namespace'));
  return `${text(live['kind'])}/${namespace === '' ? '' : `${namespace}/`}${text(at(live, 'metadata', 'name'))}`;
}

/** What is there now and was not then, and the other way round. */
export function differences(then: ReadonlySet<string>, now: ReadonlySet<string>): string[] {
  return [
    ...[...now].filter((one) => !then.has(one)).map((one) => `left behind: ${one}`),
    ...[...then].filter((one) => !now.has(one)).map((one) => `gone: ${one}`),
  ];
}
