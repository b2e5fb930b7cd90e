import { expect, test } from 'vitest';
import type { JsonObject } from '../../../functions/composition/contract.ts';
import { at, object } from '../../../functions/composition/read.ts';
import { call, claim, objectOf } from '../call.ts';

const given = {
  team: 'payments',
  'example.org/cost-center': '42',
  'app.kubernetes.io/part-of': 'shop',
  'app.kubernetes.io/name': 'another',
  'app.kubernetes.io/instance': 'shop-production',
  'app.kubernetes.io/managed-by': 'Helm',
  'argocd.argoproj.io/instance': 'shop',
  'kustomize.toolkit.fluxcd.io/name': 'shop',
  'helm.toolkit.fluxcd.io/name': 'shop',
  'helm.sh/chart': 'shop-1.0.0',
  'kapp.k14s.io/app': '1',
  'objectset.rio.cattle.io/hash': 'a',
  'crossplane.io/composite': 'shop',
  'cnpg.io/reload': 'true',
};

test.each(['PostgresInstance', 'DragonflyInstance', 'AgentExecutor'])(
  'what people say about a %s its objects bear, and not what tools know their own by',
  (kind) => {
    const whole = claim(kind, kind === 'AgentExecutor' ? { image: 'registry.example/worker:v1' } : {});
    const labelled: JsonObject = { ...whole, metadata: { ...object(whole.metadata), labels: given } };
    const required = { conn: null, api: null };
    const { resources } = call(labelled, { required });
    expect(resources.length).toBeGreaterThan(1);
    for (const { key } of resources) {
      const [now, then] = [
        objectOf(call(labelled, { required }), key),
        objectOf(call(whole, { required }), key),
      ];
      expect(at(now, 'metadata', 'labels'), key).toEqual({
        ...object(at(then, 'metadata', 'labels')),
        team: 'payments',
        'example.org/cost-center': '42',
        'app.kubernetes.io/part-of': 'shop',
      });
      // Pods bear what they are told only: a label of the claim's would roll them.
      expect(now.spec, key).toEqual(then.spec);
    }
  },
);
