import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { at, metadataOf, object, text } from '../../functions/composition/read.ts';
import { kinds } from '../../functions/kinds/registry.ts';
import { loadPlatform, offerOf } from '../../render/platform.ts';
import { renderClaim } from '../../render/render-claim.ts';
import { missingSecrets, secretNeeds } from '../../render/secret-references.ts';
import { placeholderWorld } from '../../render/reconcile/world.ts';
import { app, describeObject, document, objectsIn, root, secretOf, tenants, waveOf } from './repositories.ts';

const offers = await loadPlatform(root, kinds);
const objects = objectsIn(`${app}/platform/base`);
const claims = objects.filter((each) => offerOf(offers, each) !== undefined);

/** What a claim becomes. */
function rendered(claim: JsonObject): readonly JsonObject[] {
  const offer = offerOf(offers, claim);
  if (offer === undefined) throw new Error(`${describeObject(claim)} is not a claim`);
  const found = renderClaim(offers, offer, claim, { observed: [], required: [], world: placeholderWorld() });
  if (found.kind === 'refused') throw new Error(JSON.stringify(found.problems));
  return found.outcome.composed.map(({ object: composed }) => composed);
}

test('there is a claim of each kind that the application needs, and none twice', () => {
  expect(claims.map(({ kind }) => text(kind)).toSorted()).toEqual([
    'AgentExecutor',
    'DragonflyInstance',
    'PostgresInstance',
  ]);
});

test.each(claims.map((claim) => [describeObject(claim), claim] as const))('%s renders', (_name, claim) => {
  expect(rendered(claim).length).toBeGreaterThan(0);
});

test('whatever the workers need a Secret for is made in an earlier wave', () => {
  const executor = claims.find(({ kind }) => kind === 'AgentExecutor') ?? {};
  const earlier = objects.filter((each) => waveOf(each) < waveOf(executor));
  const secrets = [
    ...earlier.filter((each) => offerOf(offers, each) !== undefined).flatMap(rendered),
    ...earlier.filter(({ kind }) => kind === 'ExternalSecret').map(secretOf),
    // What it makes itself is there before its Pods are.
    ...rendered(executor),
  ];
  const needs = secretNeeds(rendered(executor));
  expect(needs.map(({ name }) => name)).toEqual([
    'agent-executor-api',
    'agent-executor-cache-conn',
    'agent-executor-db-conn',
    'agent-executor-llm-keys',
    'ghcr-pull-secret',
  ]);
  expect(missingSecrets(needs, secrets)).toEqual([]);
});

describe('the seed of the application', () => {
  test('everything is in the namespace that the registry gives it', () => {
    const { namespaces } = document(`${tenants}/tenants/bizmatters/config.yaml`);
    expect(namespaces).toEqual([...new Set(objects.map((each) => metadataOf(each).namespace))]);
  });

  test.each(
    objects
      .filter(({ kind }) => kind === 'ExternalSecret')
      .map((each) => [describeObject(each), each] as const),
  )('%s comes from the parameter store within the hour', (_name, { apiVersion, spec }) => {
    expect(apiVersion).toBe('external-secrets.io/v1');
    expect(spec).toMatchObject({
      refreshInterval: '1h',
      secretStoreRef: { name: 'aws-parameter-store', kind: 'ClusterSecretStore' },
      target: { creationPolicy: 'Owner' },
    });
  });

  test('a pull secret is of the type that Pods can pull with', () => {
    const { template } = object(
      at(document(`${app}/platform/base/external-secrets/image-pull-secret-es.yaml`), 'spec', 'target'),
    );
    expect(template).toMatchObject({ type: 'kubernetes.io/dockerconfigjson' });
    const written = text(at(template, 'data', '.dockerconfigjson'))
      .replace('{{ .username | toJson }}', '"somebody"')
      .replace('{{ .password | toJson }}', '"their password"')
      .replace('{{ printf "%s:%s" .username .password | b64enc }}', 'c29tZWJvZHk6dGhlaXIgcGFzc3dvcmQ=');
    expect(JSON.parse(written)).toEqual({
      auths: {
        'ghcr.io': {
          username: 'somebody',
          password: 'their password',
          auth: 'c29tZWJvZHk6dGhlaXIgcGFzc3dvcmQ=',
        },
      },
    });
  });
});
