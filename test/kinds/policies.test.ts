import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { at, list, object, text } from '../../functions/composition/read.ts';
import { folderOf } from '../../generate/xrds.ts';
import { readYaml } from '../../render/yaml/read.ts';
import { kindNames } from '../claims/offers.ts';
import { asObserved, composedOf } from '../claims/settled.ts';
import { call } from '../functions/call.ts';
import { filesIn, read } from '../structure/sources.ts';

/** Every image of an object, wherever its kind has it. */
function imagesIn(value: Json | undefined): string[] {
  if (Array.isArray(value)) return value.flatMap(imagesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inside]) =>
    (name === 'image' || name === 'imageName') && typeof inside === 'string' ? [inside] : imagesIn(inside),
  );
}

const mirror = 'registry.example:5000/mirror';
const hosts = ['ghcr.io', 'docker.dragonflydb.io', 'registry.example'];
const data = { registries: Object.fromEntries(hosts.map((host) => [host, mirror])) };

/** What an example becomes on a platform that has every image from its own registry. */
function mirrored(path: string): JsonObject[] {
  const composite = object(readYaml(read(path))[0]?.value);
  const asked = Object.keys(call(composite).requirements).map((key) => [key, null] as const);
  const response = call(composite, { required: { ...Object.fromEntries(asked), platform: { data } } });
  return Object.values(asObserved(response)).map(object);
}

function imagesOf(kind: string): string[] {
  const files = filesIn(`examples/${folderOf(kind)}/*.yaml`);
  const examples = files.filter((path) => !/\.(observed|required)\.yaml$/.test(path));
  return examples.flatMap(mirrored).flatMap(imagesIn);
}

describe.each(kindNames)('policies that clusters have, over what any %s becomes', (kind) => {
  const composed = composedOf(kind);
  const deployments = composed.filter((each) => each.kind === 'Deployment');

  test('Pods that serve are probed, for whether they do and whether they live', () => {
    const containers = deployments.flatMap((each) =>
      list(at(each, 'spec', 'template', 'spec', 'containers')),
    );
    const unprobed = containers
      .map(object)
      .filter(
        ({ readinessProbe, livenessProbe }) => readinessProbe === undefined || livenessProbe === undefined,
      );
    expect(unprobed.map(({ name }) => name)).toEqual([]);
  });

  test('Pods bear the name of their application', () => {
    const nameless = deployments.filter(
      (each) =>
        text(at(each, 'spec', 'template', 'metadata', 'labels', 'app.kubernetes.io/name')) !==
        text(at(each, 'metadata', 'labels', 'app.kubernetes.io/name')),
    );
    expect(nameless).toEqual([]);
  });

  test('images of examples say which, and come from the registries that the platform names', () => {
    const images = imagesOf(kind);
    expect(images.filter((image) => !image.startsWith(`${mirror}/`))).toEqual([]);
    expect(images.filter((image) => !/(:v?\d[\w.-]*|@sha256:[0-9a-f]{64})$/.test(image))).toEqual([]);
  });
});

test.each(['PostgresInstance', 'DragonflyInstance', 'AgentExecutor', 'WebApplication'])(
  'images are found in what examples of %s become',
  (kind) => {
    expect(imagesOf(kind)).not.toEqual([]);
  },
);
