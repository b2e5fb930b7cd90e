import { loadAll } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { at, list, metadataOf, object, text } from '../../functions/composition/read.ts';
import { isObject } from '../../functions/composition/schema.ts';
import type { Json } from '../../functions/composition/contract.ts';
import { versions } from '../tools/pins.ts';
import { components, describeObject, document, documents, filesIn, objectsIn, read } from './repositories.ts';

const repositories = 'examples/{app,platform,tenants}';
const files = filesIn(`${repositories}/**/*`).filter((path) => /\.\w+$|scripts\//.test(path));
// Those of Helm's are YAML once they are filled in.
const yamlFiles = filesIn(`${repositories}/**/*.{yaml,yaml.example}`).filter(
  (path) => !path.includes('/templates/'),
);

test.each(yamlFiles)('%s is YAML', (path) => {
  expect(documents(path)).not.toEqual([]);
  // Also in the eyes of a parser that knows nothing of ours.
  expect(loadAll(read(path))).toEqual(documents(path));
});

describe('no secrets', () => {
  test.each(files)('%s has none', (path) => {
    expect(read(path)).not.toMatch(
      /ghp_|github_pat_|\bsk-[A-Za-z0-9]|AKIA[0-9A-Z]{16}|-----BEGIN|:\/\/[^/\s]+:[^/\s]+@/,
    );
  });

  test('no object is a Secret, and no variable with the name of a secret has a value', () => {
    const objects = [...objectsIn('examples/app'), ...objectsIn('examples/platform')];
    expect(objects.filter(({ kind }) => kind === 'Secret').map(describeObject)).toEqual([]);
    const literal = objects
      .flatMap(variables)
      .filter(({ name, value }) => value !== undefined && isSecret(name));
    expect(literal).toEqual([]);
  });
});

interface Variable {
  readonly name: string;
  readonly value: Json | undefined;
}

function variables(value: Json): Variable[] {
  if (Array.isArray(value)) return value.flatMap(variables);
  if (!isObject(value)) return [];
  const own = list(value.env).map((each) => ({ name: text(object(each).name), value: object(each).value }));
  return [...own, ...Object.values(value).flatMap(variables)];
}

function isSecret(name: string): boolean {
  return /PASSWORD|TOKEN|KEY|SECRET/.test(name);
}

describe('versions are pinned', () => {
  const { version } = document('package.json');

  test('of every source that is not the platform itself', () => {
    for (const { component } of components().filter((each) => each.component.kind === 'Application')) {
      const { repoURL, targetRevision } = object(at(component, 'spec', 'source'));
      const isOwn = text(repoURL).endsWith('/zerotouch-platform.git');
      expect(text(targetRevision), text(repoURL)).toMatch(isOwn ? /^main$/ : /^v?\d+\.\d+\.\d+$/);
    }
  });

  test('of what the tests have seen, to the version that they have seen', () => {
    const revision = (name: string) =>
      components()
        .map(({ component }) => component)
        .filter((each) => metadataOf(each).name === name)
        .map((each) => at(each, 'spec', 'source', 'targetRevision'));
    expect(revision('crossplane')).toEqual([versions.crossplane]);
    expect(revision('keda')).toEqual([versions.keda]);
    expect(revision('external-secrets')).toEqual([versions.externalSecrets]);
    expect(revision('dragonfly-operator')).toEqual([`v${versions.dragonflyOperator}`]);
    // Charts of CloudNativePG count for themselves; the comment says what is in them.
    expect(read('examples/platform/bootstrap/components/01-cloudnative-pg.yaml')).toContain(
      `CloudNativePG ${versions.cloudnativePg}`,
    );
    expect(read('examples/platform/argocd/kustomization.yaml')).toContain(`/v${versions.argoCd}/`);
  });

  test('of every remote base', () => {
    const remote = yamlFiles.flatMap((path) => {
      const { resources, components: parts } = object(documents(path)[0]);
      return [...list(resources), ...list(parts)].map(text).filter((base) => base.startsWith('https://'));
    });
    expect(remote.length).toBeGreaterThan(0);
    for (const base of remote) expect(base).toMatch(/[?]ref=v\d+\.\d+\.\d+$|\/v\d+\.\d+\.\d+\//);
  });

  test('of our own packages, to the version of this repository, in three places', () => {
    const named = yamlFiles.flatMap((path) => read(path).match(/bizmatters\/zerotouch(:|\/\/).*/g) ?? []);
    expect(named).toEqual([`bizmatters/zerotouch//package/cluster/argocd/component?ref=v${text(version)}`]);
    for (const file of ['components/03-zerotouch.yaml', 'observability/101-monitoring.yaml']) {
      const { spec } = document(`examples/platform/bootstrap/${file}`);
      expect(at(spec, 'source', 'targetRevision'), file).toBe(`v${text(version)}`);
    }
  });
});
