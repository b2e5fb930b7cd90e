import type { Composed, Observed } from './contract.ts';
import { conditionOf, metadataOf, text } from './read.ts';

const unsynced = 'Unsynced resources: ';

/**
 * Says of a composed resource that the API server refused its last apply, and where the reason is. Crossplane goes on with the
 * others, names a few in its condition Synced, and writes the reason into an event only.
 * https://github.com/crossplane/crossplane/blob/v2.4.0/internal/controller/apiextensions/composite/reconciler.go
 */
export function refusedResources(composite: Observed): (key: string) => string | undefined {
  const { status, message = '' } = conditionOf(composite, 'Synced') ?? {};
  if (status !== 'False' || !message.startsWith(unsynced)) return () => undefined;
  const refused = message.slice(unsynced.length).split(/, (?:and )?/);
  const { name, namespace } = metadataOf(composite);
  const where = `kubectl describe ${text(composite.kind).toLowerCase()} ${name} -n ${namespace}`;
  return (key) =>
    refused.includes(key) ? `was refused by the API server; the events say why: ${where}` : undefined;
}

/** The same resources, none of them ready that was refused: what stands in the cluster is not what the claim asks for. */
export function noneRefused(
  resources: readonly Composed[],
  refused: (key: string) => string | undefined,
): readonly Composed[] {
  return resources.map((each) => {
    const why = refused(each.key);
    return why === undefined ? each : { ...each, readiness: { ready: false, why } };
  });
}
