import { describe, expect, test } from 'vitest';
import type { JsonObject, Observed } from '../../../../functions/composition/contract.ts';
import { at } from '../../../../functions/composition/read.ts';
import type { Found } from '../../call.ts';
import { call, claim, decodedData, objectOf } from '../../call.ts';

const secret = (values: Record<string, string>): Observed => ({
  data: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, btoa(value)])),
});
const whole = { 'tls.crt': 'the certificate', 'tls.key': 'hush', 'ca.crt': 'the authority\n' };
const certificate = secret(whole);
const tls = { tls: { certificateSecret: 'sessions-tls' } };

const cache = (required: NonNullable<Found['required']>, spec: JsonObject = tls, found: Found = {}) =>
  call(claim('DragonflyInstance', spec, 'sessions'), { ...found, required: { conn: null, ...required } });
type Response = ReturnType<typeof cache>;
const condition = (response: Response, type: string) =>
  response.conditions.find((each) => each.type === type);
const dragonflySpec = (response: Response) => objectOf(response, 'dragonfly').spec;
const conn = (response: Response) => decodedData(objectOf(response, 'conn'));
const isMade = (response: Response) => response.resources.some(({ key }) => key === 'dragonfly');
const checksum = (response: Response) =>
  at(dragonflySpec(response), 'podMetadata', 'annotations', 'zerotouch.bizmatters.io/certificate-checksum');
/** A call when what this one made is there. */
const later = (before: Response, required: NonNullable<Found['required']>, spec: JsonObject = tls) =>
  cache({ conn: objectOf(before, 'conn'), ...required }, spec, {
    observed: { dragonfly: objectOf(before, 'dragonfly') },
  });

describe('a cache with a certificate', () => {
  const served = cache({ certificate });

  test('is told to the operator, and to clients', () => {
    expect(at(dragonflySpec(served), 'tlsSecretRef')).toEqual({ name: 'sessions-tls' });
    expect(conn(served)).toMatchObject({
      uri: 'rediss://:drawn@sessions.shop.svc.cluster.local:6379/0',
      port: '6379',
      DRAGONFLY_TLS: 'true',
      'ca.crt': 'the authority',
    });
    expect(condition(served, 'SecretsReady')).toMatchObject({ status: 'True' });
    expect(JSON.stringify(served)).not.toContain(btoa('hush'));
  });

  test('whose authority everybody knows names none', () => {
    const { 'ca.crt': _authority, ...own } = whole;
    expect(conn(cache({ certificate: secret(own) }))).not.toHaveProperty('ca.crt');
  });

  test('rolls with another certificate, and with nothing else of its Secret', () => {
    const renewed = later(served, { certificate: secret({ ...whole, 'tls.crt': 'the next' }) });
    expect(checksum(renewed)).not.toBe(checksum(served));
    const authority = later(served, { certificate: secret({ ...whole, 'ca.crt': 'both' }) });
    expect([checksum(authority), conn(authority)['ca.crt']]).toEqual([checksum(served), 'both']);
  });

  test.each([
    { reason: 'no Secret', found: null, says: 'Secret sessions-tls' },
    {
      reason: 'one without a key',
      found: secret({ 'tls.crt': 'the certificate' }),
      says: 'tls.key in Secret sessions-tls',
    },
    { reason: 'one with neither', found: secret({}), says: 'tls.crt, tls.key in Secret sessions-tls' },
  ])('is not made with $reason, and says so', ({ found, says }) => {
    const response = cache({ certificate: found });
    const message = `Pods wait for ${says}.`;
    expect(isMade(response)).toBe(false);
    expect(conn(response)).toMatchObject({ uri: expect.stringMatching(/^redis:/) });
    expect(condition(response, 'SecretsReady')).toMatchObject({
      status: 'False',
      reason: 'Missing',
      message,
    });
    expect(condition(response, 'CacheReady')).toMatchObject({ reason: 'CertificateMissing', message });
    expect(response.status).toMatchObject({ phase: 'Pending', message });
  });

  test.each([{ gone: null }, { gone: undefined }, { gone: secret({}) }])(
    'goes on as it is while that is gone: $gone',
    ({ gone }) => {
      const after = later(served, { certificate: gone });
      expect(dragonflySpec(after)).toEqual(dragonflySpec(served));
      expect(conn(after)).toEqual(conn(served));
      expect(condition(after, 'SecretsReady')?.status).not.toBe('True');
    },
  );

  test('that stands without one gets it once its Secret is whole, and clients hear of it no sooner', () => {
    const plain = cache({}, {});
    const waiting = later(plain, { certificate: null });
    expect(dragonflySpec(waiting)).toEqual(dragonflySpec(plain));
    expect(conn(waiting)).toEqual(conn(plain));
    const encrypted = later(plain, { certificate });
    expect(conn(encrypted)).toEqual(conn(served));
  });

  test('is without one again when the claim names none', () => {
    const plain = later(served, { certificate }, {});
    expect(at(dragonflySpec(plain), 'tlsSecretRef')).toBeUndefined();
    expect(conn(plain)).not.toHaveProperty('ca.crt');
    expect(condition(plain, 'SecretsReady')).toBeUndefined();
  });
});

describe('a Dragonfly that is taken over', () => {
  const there = (tlsSecretRef: JsonObject): Observed => ({
    apiVersion: 'dragonflydb.io/v1alpha1',
    kind: 'Dragonfly',
    metadata: { name: 'sessions', namespace: 'shop' },
    spec: tlsSecretRef,
  });
  const encrypted = there({ tlsSecretRef: { name: 'by-hand' } });

  test('keeps the certificate that it has, and clients are told of it', () => {
    const named = { adopt: true, tls: { certificateSecret: 'by-hand' } };
    const response = cache({ certificate, dragonfly: encrypted }, named);
    expect(condition(response, 'SecretsReady')).toMatchObject({ status: 'True' });
    expect(response.requirements).toMatchObject({ certificate: { name: 'by-hand' } });
    expect(at(dragonflySpec(response), 'tlsSecretRef')).toEqual({ name: 'by-hand' });
    expect(conn(response)['uri']).toMatch(/^rediss:/);
  });

  test.each([
    { reason: 'another certificate', found: encrypted, spec: tls },
    { reason: 'no certificate', found: there({}), spec: tls },
    { reason: 'a certificate', found: encrypted, spec: {} },
  ])('with $reason says that the claim waits, which names $spec', ({ found, spec }) => {
    const response = cache({ certificate, dragonfly: found }, { adopt: true, ...spec });
    expect(at(dragonflySpec(response), 'tlsSecretRef')).toEqual(at(found.spec, 'tlsSecretRef'));
    expect(condition(response, 'SecretsReady')).toMatchObject({ status: 'False', reason: 'AsItStands' });
  });
});
