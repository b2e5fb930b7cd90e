import type { Json, ServedKind } from '../../functions/composition/contract.ts';
import { at, list, object, text } from '../../functions/composition/read.ts';

/**
 * Which kinds a cluster serves, by its OpenAPI documents: those that have a schema of their own. What several kinds share, such
 * as DeleteOptions, is none of them.
 * https://github.com/crossplane/crossplane/blob/v2.4.0/internal/xfn/required_schemas.go
 */
export function servedKinds(documents: readonly Json[]): (kind: ServedKind) => boolean {
  const served = new Set(
    documents.flatMap((document) => {
      const schemas = Object.values(object(at(document, 'components', 'schemas')));
      return schemas.flatMap((schema) => {
        const kinds = list(object(schema)['x-kubernetes-group-version-kind']).map(object);
        return kinds.length === 1 ? kinds.map(identity) : [];
      });
    }),
  );
  return ({ apiVersion, kind }) => served.has(`${apiVersion}/${kind}`);
}

function identity({ group, version, kind }: ReturnType<typeof object>): string {
  const prefix = text(group) === '' ? '' : `${text(group)}/`;
  return `${prefix}${text(version)}/${text(kind)}`;
}
