import { describe, expect, test } from 'vitest';
import { reservedNames, tenantSchema } from '../../cli/registry/tenant-schema.ts';
import { at, list, metadataOf, object, text } from '../../functions/composition/read.ts';
import { conform } from '../../functions/composition/schema.ts';
import { kinds } from '../../functions/kinds/registry.ts';
import { loadPlatform } from '../../render/platform.ts';
import { unknownFields } from '../../render/schema/unknown-fields.ts';
import { readYaml } from '../../render/yaml/read.ts';
import {
  components,
  describeObject,
  document,
  filesIn,
  platform,
  read,
  root,
  strings,
  tenants,
} from './repositories.ts';

const applicationSet = document(`${platform}/bootstrap/components/99-tenants.yaml`);
const names = components().map(({ component }) => metadataOf(component).name);

test('a tenant has a bound on claims of every kind', () => {
  const chart = read(`${platform}/platform/tenant/templates/namespaces.yaml`);
  const bounded = [...chart.matchAll(/^ {4}count\/(\S+): /gm)].map(([, name = '']) => name);
  const named = filesIn('xrds/*.yaml').map((path) => path.replace(/^xrds\/(.*)\.yaml$/, '$1'));
  expect(bounded.toSorted()).toEqual(named.toSorted());
});

describe('the ApplicationSet', () => {
  test('makes an Application of each folder, but of the template, and reads no file that could be wrong', () => {
    expect(list(at(applicationSet, 'spec', 'generators')).map((each) => object(each).git)).toEqual([
      {
        repoURL: 'https://github.com/arun4infra/zerotouch-tenants.git',
        revision: 'main',
        directories: [{ path: 'tenants/*' }, { path: 'tenants/example', exclude: true }],
      },
    ]);
  });

  test('gives its Applications names that no other has', () => {
    expect(at(applicationSet, 'spec', 'template', 'metadata', 'name')).toBe(
      'tenant-{{ .path.basenameNormalized }}',
    );
    expect(names.filter((name) => name.startsWith('tenant-'))).toEqual([]);
  });

  test('lets nobody take over what belongs to another', () => {
    expect(at(applicationSet, 'spec', 'template', 'spec', 'syncPolicy', 'syncOptions')).toContain(
      'FailOnSharedResource=true',
    );
  });
});

describe('the registry', () => {
  const files = filesIn(`${tenants}/tenants/*/config.yaml{,.example}`);

  test.each(files)('%s is as its schema says', (path) => {
    const config = readYaml(read(path))[0]?.value;
    expect(conform(tenantSchema, config, '').problems).toEqual([]);
    expect(unknownFields(tenantSchema, config, '')).toEqual([]);
  });

  test('the template names every field', () => {
    const template = read(`${tenants}/tenants/example/config.yaml.example`);
    for (const field of Object.keys(tenantSchema.properties))
      expect(template).toMatch(new RegExp(`^(# )?${field}:`, 'm'));
  });

  test('the path is a folder of the application', () => {
    const { path } = document(`${tenants}/tenants/bizmatters/config.yaml`);
    expect(filesIn(`examples/app/${text(path)}/kustomization.yaml`)).toHaveLength(1);
  });

  test('names of the platform’s own Applications and projects are reserved, and no other', () => {
    const projects = filesIn(`${platform}/bootstrap/projects/*.yaml`).map((path) => document(path));
    const own = projects.filter(({ kind }) => kind === 'AppProject').map((each) => metadataOf(each).name);
    // Argo CD makes the project default itself.
    const taken = new Set([...names, ...own, 'root', 'default']);
    expect([...reservedNames]).toEqual([...taken].toSorted());
  });
});

test('the quota of a tenant counts claims of every kind', async () => {
  const chart = read(`${platform}/platform/tenant/templates/namespaces.yaml`);
  const { offers } = await loadPlatform(root, kinds);
  const counted = [...chart.matchAll(/^ +count\/(\S+):/gm)].map(([, resource]) => resource);
  expect(counted).toEqual(offers.map(({ definition }) => definition.name).toSorted());
});

describe('the project of the platform', () => {
  const own = document(`${platform}/bootstrap/projects/platform.yaml`);
  const applications = [
    ...components().map(({ component }) => component),
    document(`${platform}/bootstrap/root.yaml`),
  ].filter(({ kind }) => kind === 'Application');

  test('lists every source that is used, and no other', () => {
    const used = applications.map((each) => text(at(each, 'spec', 'source', 'repoURL')));
    expect(strings(at(own, 'spec', 'sourceRepos')).toSorted()).toEqual([...new Set(used)].toSorted());
  });

  test('permits every Application, and all of them are in it', () => {
    const places = list(at(own, 'spec', 'destinations')).map((each) => text(object(each).namespace));
    for (const each of applications) {
      expect(at(each, 'spec', 'project'), describeObject(each)).toBe('platform');
      expect(places, describeObject(each)).toContain(text(at(each, 'spec', 'destination', 'namespace')));
    }
  });
});
