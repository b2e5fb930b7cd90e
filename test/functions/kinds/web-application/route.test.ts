import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../../functions/composition/contract.ts';
import { at } from '../../../../functions/composition/read.ts';
import type { Found } from '../../call.ts';
import { composed } from './composed.ts';

const settings = (gateway: JsonObject): Found => ({ required: { platform: { data: { gateway } } } });
const gateway = { name: 'public', namespace: 'gateways' };

describe('a hostname', () => {
  const spec = { hostname: 'shop.example' };

  test('without a gateway is not served, and the Service is not ready for it', () => {
    const { condition, resources } = composed(spec, {
      required: { platform: null },
      observed: { service: {} },
    });
    expect(condition('RouteReady')?.message).toContain('the platform names no gateway, in data.gateway');
    expect(resources.find(({ key }) => key === 'service')?.readiness.ready).toBe(false);
  });

  test('is left out, and named, where the cluster serves no such kind', () => {
    const { condition, object } = composed(spec, { ...settings(gateway), served: { 'http-route': false } });
    expect(object('http-route')).toBeUndefined();
    expect(condition('RouteReady')?.message).toContain(
      'HTTPRoute (gateway.networking.k8s.io/v1) is not served',
    );
  });

  const parent = (
    conditions: readonly (readonly [string, string])[],
    given: JsonObject = {},
  ): JsonObject => ({
    parentRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', ...gateway, ...given },
    conditions: conditions.map(([type, status]) => ({
      type,
      status,
      observedGeneration: 2,
      reason: 'NotAllowedByListeners',
      message: 'not allowed by any listener',
    })),
  });
  const route = (...parents: JsonObject[]) => ({ metadata: { generation: 2 }, status: { parents } });
  const accepted = ['Accepted', 'True'] as const;
  const resolved = ['ResolvedRefs', 'True'] as const;
  const refused = ['Accepted', 'False'] as const;
  const waits = 'to shop.example waits for Gateway gateways/public to accept it';
  test.each([
    { reason: 'accepted', route: route(parent([accepted, resolved])), ready: 'True' },
    {
      reason: 'refused',
      route: route(parent([refused, resolved])),
      ready: 'False',
      says: 'not allowed by any listener',
    },
    {
      reason: 'accepted before its first Pod is there',
      route: route(parent([accepted, ['ResolvedRefs', 'False']])),
      ready: 'False',
      says: 'to shop.example is accepted, and leads nowhere yet: ',
    },
    {
      reason: 'refused for a reason of its own',
      route: route({
        parentRef: gateway,
        conditions: [{ type: 'Accepted', status: 'False', reason: 'Odd' }],
      }),
      ready: 'False',
      says: /by Gateway gateways\/public: Odd$/,
    },
    {
      reason: 'refused without a message',
      route: route({
        parentRef: gateway,
        conditions: [{ type: 'Accepted', status: 'False', reason: 'NoMatchingListenerHostname' }],
      }),
      ready: 'False',
      says: 'by Gateway gateways/public: NoMatchingListenerHostname: none of its listeners is for this hostname',
    },
    {
      reason: 'of an older spec',
      route: { ...route(parent([accepted, resolved])), metadata: { generation: 3 } },
      ready: 'False',
      says: waits,
    },
    { reason: 'seen by no gateway', route: { metadata: { generation: 1 } }, ready: 'False', says: waits },
    {
      reason: 'one whose backend was found, and of which nothing else was said yet',
      route: route(parent([resolved])),
      ready: 'False',
      says: waits,
    },
    {
      reason: 'accepted by a gateway of before alone',
      route: route(parent([accepted, resolved], { name: 'before' })),
      ready: 'False',
      says: waits,
    },
    {
      reason: 'accepted, and refused by a gateway of before',
      route: route(parent([refused], { namespace: 'before' }), parent([accepted, resolved])),
      ready: 'True',
    },
  ])('is $ready when its route is $reason', ({ route, ready, says = '' }) => {
    const { condition } = composed(spec, { ...settings(gateway), observed: { 'http-route': route } });
    expect(condition('RouteReady')?.status).toBe(ready);
    expect(condition('RouteReady')?.message ?? '').toMatch(says);
  });

  test('lets the Pods of the gateway in, and nobody else where ingress is empty', () => {
    const from = (given: JsonObject) =>
      at(composed({ ...spec, ingress: [] }, settings(given)).object('network-policy'), 'spec', 'ingress');
    const byName = (name: string) => ({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
    });
    expect(from(gateway)).toMatchObject([{ from: [byName('gateways')] }]);
    const proxies = [{ namespace: 'edge', pods: { app: 'proxy' } }];
    expect(from({ ...gateway, proxies })).toMatchObject([
      { from: [{ ...byName('edge'), podSelector: { matchLabels: { app: 'proxy' } } }] },
    ]);
  });

  test.each([
    { data: { name: 'public' }, says: 'data.gateway.namespace: is required' },
    { data: { ...gateway, proxies: [{ pods: {} }] }, says: 'data.gateway.proxies[0].namespace: is required' },
    { data: { ...gateway, kind: 'VirtualService', sectionName: 'a' }, says: 'data.gateway.sectionName' },
    { data: { ...gateway, kind: 'Ingress' }, says: 'data.gateway.kind' },
  ])('is refused for a gateway that is $data', ({ data, says }) => {
    expect(composed(spec, settings(data)).results[0]?.message).toContain(says);
  });
});
