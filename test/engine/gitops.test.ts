import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { at, list, metadataOf, object, text } from '../../functions/composition/read.ts';
import { kinds } from '../../functions/kinds/registry.ts';
import { readYaml } from '../../render/yaml/read.ts';
import { missingSecrets, secretNeeds } from '../../render/secret-references.ts';
import { call, objectOf } from '../functions/call.ts';
import { app, describeObject, objectsIn, platform, secretOf } from '../gitops/repositories.ts';
import { customResourceDefinitions } from '../tools/crds.ts';
import { program } from '../tools/programs.ts';
import type { Draft } from './api.ts';
import { describeEngine } from './engine.ts';
import { root } from './install.ts';
import { until } from './until.ts';

const run = promisify(execFile);
const environments = ['dev', 'tst', 'stg', 'prd'] as const;
const folderOf = (environment: string) => `${app}/platform/overlays/${environment}`;

/** What `kubectl kustomize FOLDER` gives; a folder of this repository, or anywhere by its absolute path. */
async function built(folder: string): Promise<JsonObject[]> {
  const path = folder.startsWith('/') ? folder : join(root, folder);
  const { stdout } = await run(await program('kubectl'), ['kustomize', path]);
  return readYaml(stdout).map(({ value }) => object(value));
}

function ofKind(objects: readonly JsonObject[], kind: string): JsonObject {
  const [found, ...others] = objects.filter((each) => each.kind === kind);
  if (found === undefined || others.length > 0) throw new Error(`there is not one ${kind}`);
  return found;
}

function imageOf(objects: readonly JsonObject[]): string {
  return text(at(ofKind(objects, 'AgentExecutor'), 'spec', 'image'));
}

/** The paths in the parameter store that the ExternalSecrets read. */
function parameters(objects: readonly JsonObject[]): string[] {
  return objects
    .filter(({ kind }) => kind === 'ExternalSecret')
    .flatMap((each) => list(at(each, 'spec', 'data')))
    .map((entry) => text(at(entry, 'remoteRef', 'key')));
}

/** An object without what environments may differ in. */
function common(given: JsonObject): Json {
  const spec = Object.entries(object(given.spec)).filter(
    ([name]) => !['size', 'storageGB', 'image'].includes(name),
  );
  const { environment: _environment, ...labels } = object(at(given, 'metadata', 'labels'));
  const all = { ...given, metadata: { ...object(given.metadata), labels }, spec: Object.fromEntries(spec) };
  return JSON.parse(JSON.stringify(all).replaceAll(/\/zerotouch\/\w+\//g, '/zerotouch/*/')) as Json;
}

describeEngine('the repositories of a GitOps platform', ({ api }) => {
  let copy: string;
  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'zerotouch-gitops-'));
    const definitions = await customResourceDefinitions([
      'external-secrets',
      'argo-cd',
      'cert-manager',
      'istio-security',
    ]);
    for (const definition of definitions) await api.apply(definition as unknown as Draft);
    const namespaces = ['argocd', 'intelligence-deepagents', 'monitoring', 'cert-manager', 'istio-system'];
    for (const name of namespaces)
      await api.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  });
  afterAll(() => rm(copy, { recursive: true }));

  /** What the API server would refuse; kinds that were defined just now may take a moment to be served. */
  async function refusals(objects: readonly JsonObject[]): Promise<string[]> {
    const said = objects.map(async (each) => {
      // What is built has a kind and a name, or the API server says so.
      const draft = each as unknown as Draft;
      await until(`the kind of ${describeObject(each)} is served`, () => api.path(draft));
      return api.apply(draft, { dryRun: true }).then(
        () => [],
        (error: unknown) => [`${describeObject(each)}: ${String(error)}`],
      );
    });
    return (await Promise.all(said)).flat();
  }

  describe('overlays', () => {
    it.each(environments)('of %s are accepted by the API server, every field known', async (environment) => {
      expect(await refusals(await built(folderOf(environment)))).toEqual([]);
    });

    it('differ in nothing but size, storage, image and where their secrets are', async () => {
      const base = (await built(`${app}/platform/base`)).map(common);
      for (const environment of environments) {
        expect((await built(folderOf(environment))).map(common), environment).toEqual(base);
      }
    });

    it('read the parameters of their own environment', async () => {
      for (const environment of environments) {
        const prefix = environment === 'prd' ? '/zerotouch/prod/' : `/zerotouch/${environment}/`;
        const paths = parameters(await built(folderOf(environment)));
        expect(paths).toHaveLength(4);
        for (const path of paths) expect(path.startsWith(prefix), path).toBe(true);
      }
    });

    it('of production are what the path in the registry deploys', async () => {
      expect(await built(`${app}/platform`)).toEqual(await built(folderOf('prd')));
    });
  });

  it('a promotion is one value, and changes the image of the workers and nothing else', async () => {
    await cp(join(root, app), join(copy, 'app'), { recursive: true });
    const before = await built(folderOf('stg'));
    const file = join(copy, 'app/platform/overlays/stg/kustomization.yaml');
    const edited = (await readFile(file, 'utf8')).replace(/newTag: .*/, 'newTag: v9.9.9');
    await writeFile(file, edited);
    const after = await built(join(copy, 'app/platform/overlays/stg'));
    expect(imageOf(after)).toBe('ghcr.io/arun4infra/agent-executor:v9.9.9');
    const put = JSON.stringify(after).replace(imageOf(after), imageOf(before));
    expect(JSON.parse(put)).toEqual(before);
  });

  it('without an AgentExecutor the same service is accepted too', async () => {
    const objects = await built(`${app}/plain`);
    expect(objects.filter(({ kind }) => kind === 'AgentExecutor')).toEqual([]);
    expect(objects).toHaveLength(
      objectsIn(`${app}/platform/base`).length - 1 + objectsIn(`${app}/plain`).length,
    );
    expect(await refusals(objects)).toEqual([]);
  });

  it('on a database of somebody else the workers find each variable in a Secret from the store or of the claim', async () => {
    const objects = await built(`${app}/external-database`);
    expect(objects.map(({ kind }) => kind)).not.toContain('PostgresInstance');
    expect(objects.map(({ kind }) => kind)).not.toContain('DragonflyInstance');
    expect(await refusals(objects)).toEqual([]);
    const composed = call(ofKind(objects, 'AgentExecutor'), { required: { api: null } });
    const secrets = objects.filter(({ kind }) => kind === 'ExternalSecret').map(secretOf);
    secrets.push(objectOf(composed, 'api'));
    const needs = secretNeeds([objectOf(composed, 'deployment')]);
    expect(needs).toHaveLength(5);
    expect(missingSecrets(needs, secrets)).toEqual([]);
  });

  describe('the platform', () => {
    it.each(environments)('of %s is accepted by the API server, every field known', async (environment) => {
      const objects = await built(`${platform}/environments/${environment}`);
      expect(await refusals(objects)).toEqual([]);
      const [chart] = list(at(ofKind(objects, 'ApplicationSet'), 'spec', 'template', 'spec', 'sources'));
      expect(list(at(chart, 'helm', 'parameters'))).toContainEqual({
        name: 'environment',
        value: environment,
      });
    });

    it('begins with the projects and the root, whose path is an environment', async () => {
      const objects = await built(`${platform}/bootstrap`);
      expect(objects.map(describeObject)).toEqual([
        'AppProject argocd/platform',
        'AppProject argocd/tenants',
        'Application argocd/root',
      ]);
      expect(at(ofKind(objects, 'Application'), 'spec', 'source', 'path')).toBe('environments/prd');
      expect(await refusals(objects)).toEqual([]);
    });

    it('has metrics, alerts and traces where an environment lists them, accepted too', async () => {
      await cp(join(root, platform), join(copy, 'platform'), { recursive: true });
      const file = join(copy, 'platform/environments/prd/kustomization.yaml');
      const both = '[../../bootstrap/components, ../../bootstrap/observability]';
      await writeFile(file, (await readFile(file, 'utf8')).replace('[../../bootstrap/components]', both));
      const plain = await built(`${platform}/environments/prd`);
      const objects = await built(join(copy, 'platform/environments/prd'));
      expect(objects).toHaveLength(plain.length + 5);
      const inside = objectsIn(`${platform}/platform/observability`);
      expect(await refusals([...objects, ...inside])).toEqual([]);
    });

    it('reads secrets from stores that the API server accepts, under one name', async () => {
      const stores = objectsIn(`${platform}/platform/secret-store`);
      expect(await refusals(stores)).toEqual([]);
      expect(stores.map(describeObject)).toEqual(stores.map(() => 'ClusterSecretStore /aws-parameter-store'));
    });

    it('has an authority for certificates, and policies for a mesh, that the API server accepts', async () => {
      const objects = ['certificates', 'mesh'].flatMap((folder) =>
        objectsIn(`${platform}/platform/${folder}`),
      );
      expect(objects).toHaveLength(5);
      expect(await refusals(objects)).toEqual([]);
    });

    it('of dev needs no cloud: what its tenants read is in the store that stands in Git', async () => {
      const objects = await built(`${platform}/environments/dev`);
      const store = objects.find((each) => metadataOf(each).name === 'secret-store');
      const folder = `${platform}/${text(at(store, 'spec', 'source', 'path'))}`;
      const kept = list(at(objectsIn(folder)[0], 'spec', 'provider', 'fake', 'data'));
      const keys = kept.map((each) => text(object(each).key));
      expect(keys.toSorted()).toEqual(parameters(await built(folderOf('dev'))).toSorted());
    });

    it('adds to the configuration of Argo CD without taking anything away', async () => {
      // In place of what comes from other repositories: the ConfigMap of Argo CD's own release, and our component.
      await cp(join(root, platform, 'argocd'), join(copy, 'argocd'), { recursive: true });
      await cp(join(root, 'package/cluster/argocd/component'), join(copy, 'health'), { recursive: true });
      const install = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'argocd-cm' },
        data: { kept: 'yes' },
      };
      await writeFile(join(copy, 'argocd/install.yaml'), JSON.stringify(install));
      const file = join(copy, 'argocd/kustomization.yaml');
      const local = (await readFile(file, 'utf8'))
        .replace(/https:\/\/raw\S*\/install\.yaml/, 'install.yaml')
        .replace(/https:\/\/\S*\/component\S*/, '../health');
      await writeFile(file, local);
      const data = object(ofKind(await built(join(copy, 'argocd')), 'ConfigMap').data);
      const judged = [
        'argoproj.io_Application',
        'pkg.crossplane.io_Configuration',
        'pkg.crossplane.io_Function',
        ...kinds.map(({ apiVersion, kind }) => `${apiVersion.split('/')[0]}_${kind}`),
      ];
      expect(Object.keys(data).toSorted()).toEqual(
        ['kept', ...judged.map((name) => `resource.customizations.health.${name}`)].toSorted(),
      );
    });
  });
});
