import { join } from 'node:path';
import { platform, read } from '../gitops/repositories.ts';
import { deployment } from './charts.ts';
import { Repository } from './repository.ts';

/** Its kind, whose real schema is in no package registry: every field is taken. */
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'imageupdaters.argocd-image-updater.argoproj.io' },
  spec: {
    group: 'argocd-image-updater.argoproj.io',
    scope: 'Namespaced',
    names: { kind: 'ImageUpdater', plural: 'imageupdaters' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

/** Writes what stands in for the repository of Image Updater, at the place and the tag that the platform names. */
export async function writeImageUpdater(served: string): Promise<void> {
  const base = /https:\/\/github\.com\/(\S+?)\/\/(\S+)\?ref=(\S+)/;
  const found = base.exec(read(`${platform}/platform/image-updater/kustomization.yaml`));
  if (found === null) throw new Error('cannot stand in for Image Updater: the platform names no remote base');
  const [, name = '', folder = '', tag = ''] = found;
  const updater = await Repository.create(served, name);
  await updater.write(join(folder, 'kustomization.yaml'), 'resources: [kind.yaml, deployment.yaml]\n');
  await updater.write(join(folder, 'kind.yaml'), JSON.stringify(definition));
  await updater.write(join(folder, 'deployment.yaml'), JSON.stringify(deployment('image-updater')));
  await updater.commit('Image Updater');
  await updater.tag(tag);
}
