import { expect, test } from 'vitest';
import { at, list, object, text } from '../../functions/composition/read.ts';
import { document, filesIn, objectsIn, platform, read, strings } from './repositories.ts';

const folder = `${platform}/bootstrap/observability`;
const ofFile = (file: string) => document(`${folder}/100-${file}.yaml`);
const values = (file: string) => at(ofFile(file), 'spec', 'source', 'helm', 'valuesObject');

/** The name under which what a chart makes is reached. */
function serviceOf(file: string): string {
  const namespace = text(at(ofFile(file), 'spec', 'destination', 'namespace'));
  return `${text(at(values(file), 'fullnameOverride'))}.${namespace}.svc`;
}

test('all of it is in the kustomization, and in no environment that did not ask for it', () => {
  const there = filesIn(`${folder}/[0-9]*.yaml`).map((path) => path.split('/').at(-1));
  expect(strings(document(`${folder}/kustomization.yaml`).resources)).toEqual(there);
  for (const path of filesIn(`${platform}/environments/*/kustomization.yaml`))
    expect(read(path), path).not.toContain('observability');
});

test('spans go to the collector by the address that the page tells, and from there to Jaeger, where Grafana looks', () => {
  expect(read('docs/operations.md')).toContain(`http://${serviceOf('otel-collector')}:4318`);
  const config = at(values('otel-collector'), 'config');
  expect(at(config, 'service', 'pipelines', 'traces', 'exporters')).toEqual(['otlp/jaeger']);
  expect(at(config, 'exporters', 'otlp/jaeger', 'endpoint')).toBe(`${serviceOf('jaeger')}:4317`);
  const [jaeger] = list(at(values('prometheus'), 'grafana', 'additionalDataSources'));
  expect(at(jaeger, 'url')).toBe(`http://${serviceOf('jaeger')}:16686`);
});

test('the password of Grafana is drawn into the Secret that the chart reads', () => {
  const { existingSecret, ...keys } = object(at(values('prometheus'), 'grafana', 'admin'));
  const secret = objectsIn(`${platform}/platform/observability`).find(
    ({ kind }) => kind === 'ExternalSecret',
  );
  expect(at(secret, 'spec', 'target', 'name')).toBe(existingSecret);
  const written = object(at(secret, 'spec', 'target', 'template', 'data'));
  expect(Object.keys(written).toSorted()).toEqual(Object.values(keys).map(text).toSorted());
});
