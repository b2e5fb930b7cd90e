import { newTenant } from '../cli/templates/tenant.ts';
import { at, text } from '../functions/composition/read.ts';
import type { Definition } from '../render/schema/definition.ts';
import { toYaml } from '../render/yaml/write.ts';
import type { Generated } from './xrds.ts';

const folder = 'examples/backstage';
const common = { lifecycle: 'production', owner: 'group:default/platform', system: 'zerotouch' };

/** What a Backstage portal reads of the kinds, and the skeleton of a namespace, which has a quota for each of them. */
export function backstageFiles(definitions: readonly Definition[]): readonly Generated[] {
  const entities = [functionEntity(definitions), ...definitions.map(apiEntity)];
  return [
    { path: `${folder}/kinds.yaml`, content: entities.map(toYaml).join('---\n') },
    { path: `${folder}/templates/namespace/namespace.yaml.njk`, content: namespaceSkeleton(definitions) },
  ];
}

function functionEntity(definitions: readonly Definition[]) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: 'function-zerotouch',
      description: 'The composition function, which says what each claim becomes',
      annotations: {
        'backstage.io/source-location': 'url:https://github.com/bizmatters/zerotouch/tree/main/functions/',
      },
    },
    spec: { type: 'service', ...common, providesApis: definitions.map(({ kind }) => kind.toLowerCase()) },
  };
}

function apiEntity({ kind, name, openApi }: Definition) {
  const [sentence = ''] = text(at(openApi, 'description')).split(/(?<=\.)\s/);
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'API',
    metadata: { name: kind.toLowerCase(), title: kind, description: sentence },
    spec: { type: 'crd', ...common, definition: { $text: `../../xrds/${name}.yaml` } },
  };
}

/** What `zerotouch new tenant` prints, with the values of a form in place of its names. */
function namespaceSkeleton(definitions: readonly Definition[]): string {
  const resources = definitions.map(({ name }) => name);
  return newTenant('NAMESPACE', 'GROUP', resources)
    .replaceAll('NAMESPACE', '${{ values.name }}')
    .replaceAll('GROUP', '${{ values.group or values.name }}');
}
