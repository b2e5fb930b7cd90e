import { describe, expect, test } from 'vitest';
import type { JsonObject, Observed } from '../../../../functions/composition/contract.ts';
import { at, object } from '../../../../functions/composition/read.ts';
import type { Found } from '../../call.ts';
import { call, claim, decodedData, objectOf } from '../../call.ts';

const issuer = { name: 'internal', kind: 'ClusterIssuer' };
const platform: Observed = { data: { issuer: { name: 'everybodys' } } };

const written: Observed = {
  metadata: { annotations: { 'cert-manager.io/certificate-name': 'sessions-tls' } },
  data: Object.fromEntries(['tls.crt', 'tls.key', 'ca.crt'].map((key) => [key, btoa(key)])),
};
const reported = (status: string, message = ''): Observed => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  spec: { issuerRef: { group: 'cert-manager.io', ...issuer } },
  status: { conditions: [{ type: 'Ready', status, reason: 'Whatever', message }] },
});
const issued = reported('True');

/** A call for a cache with `tls`, when the Secret was looked for and is not there, unless the test says otherwise. */
function cache(tls: JsonObject, { required, ...found }: Found = {}, spec: JsonObject = {}) {
  const response = call(claim('DragonflyInstance', { tls, ...spec }, 'sessions'), {
    ...found,
    required: { conn: null, certificate: null, ...required },
  });
  const condition = (type: string) => response.conditions.find((each) => each.type === type);
  const keys = response.resources.map(({ key }) => key);
  return { response, condition, keys };
}

const whole: Found = { observed: { certificate: issued }, required: { certificate: written } };

describe('a certificate that an issuer signs', () => {
  test('is for every name of the cache, and the cache waits for it', () => {
    const { response, condition, keys } = cache({ issuer });
    expect(objectOf(response, 'certificate')).toMatchObject({
      apiVersion: 'cert-manager.io/v1',
      kind: 'Certificate',
      metadata: { name: 'sessions-tls', namespace: 'shop' },
      spec: {
        secretName: 'sessions-tls',
        dnsNames: ['sessions', 'sessions.shop', 'sessions.shop.svc', 'sessions.shop.svc.cluster.local'],
        issuerRef: { group: 'cert-manager.io', ...issuer },
      },
    });
    expect(keys).not.toContain('dragonfly');
    const message = 'Certificate sessions-tls: is being made.';
    expect(condition('CertificateReady')).toMatchObject({ status: 'False', message });
    expect(response.status).toMatchObject({ phase: 'Pending', message });
  });

  test("says cert-manager's own words while it is not signed", () => {
    const certificate = reported('False', 'Referenced Issuer not found');
    const { condition, keys } = cache({ issuer }, { observed: { certificate } });
    expect(keys).not.toContain('dragonfly');
    const message = 'Certificate sessions-tls: Referenced Issuer not found.';
    expect(condition('CertificateReady')).toMatchObject({ status: 'False', reason: 'NotReady', message });
    expect(condition('CacheReady')).toMatchObject({ reason: 'CertificateMissing', message });
  });

  test.each([
    { reason: 'its Secret is not there', found: { ...whole, required: { certificate: null } } },
    {
      reason: 'it is of other names yet',
      found: { ...whole, observed: { certificate: reported('False', 'Issuing') } },
    },
  ])('is waited for while $reason', ({ found }) => {
    expect(cache({ issuer }, found).keys).not.toContain('dragonfly');
  });

  test('is handed on', () => {
    const { response, condition } = cache({ issuer }, whole);
    expect(at(objectOf(response, 'dragonfly').spec, 'tlsSecretRef')).toEqual({ name: 'sessions-tls' });
    expect(decodedData(objectOf(response, 'conn'))).toMatchObject({
      uri: expect.stringMatching(/^rediss:/) as string,
      'ca.crt': 'ca.crt',
    });
    expect(condition('CertificateReady')).toMatchObject({ status: 'True' });
  });

  test('that cannot be renewed is told, and the cache goes on with it', () => {
    const { dragonfly, conn } = Object.fromEntries(
      ['dragonfly', 'conn'].map((key) => [key, objectOf(cache({ issuer }, whole).response, key)]),
    );
    const certificate = reported('False', 'the issuer is gone');
    const { response, condition } = cache(
      { issuer },
      {
        observed: { certificate, dragonfly: object(dragonfly) },
        required: { certificate: written, conn: object(conn) },
      },
    );
    expect(objectOf(response, 'dragonfly').spec).toEqual(object(dragonfly).spec);
    expect(condition('CertificateReady')).toMatchObject({ status: 'False' });
    expect(response.resources.find(({ key }) => key === 'certificate')?.readiness.ready).toBe(false);
  });
});

describe('who signs', () => {
  const signer = (tls: JsonObject, found: Found) =>
    at(objectOf(cache(tls, found).response, 'certificate').spec, 'issuerRef');
  const group = 'cert-manager.io';

  test.each([
    { reason: 'the platform', tls: {}, found: { required: { platform } }, name: 'everybodys' },
    { reason: 'the claim before it', tls: { issuer }, found: { required: { platform } }, name: 'internal' },
    {
      reason: 'as before, when the platform has none any more',
      tls: {},
      found: { observed: { certificate: issued } },
      name: 'internal',
    },
  ])('$reason', ({ tls, found, name }) => {
    expect(signer(tls, found)).toEqual({ group, kind: 'ClusterIssuer', name });
  });

  test('an Issuer of its own namespace where no kind is said', () => {
    expect(signer({ issuer: { name: 'shops' } }, {})).toEqual({ group, kind: 'Issuer', name: 'shops' });
  });

  test('nobody, and the claim says so', () => {
    const { condition, keys } = cache({});
    expect(keys).not.toContain('certificate');
    expect(keys).not.toContain('dragonfly');
    expect(condition('CertificateReady')).toMatchObject({ status: 'False', reason: 'NoIssuer' });
    expect(condition('CacheReady')?.message).toBe(condition('CertificateReady')?.message);
  });
});

describe('what stands in its way', () => {
  test('a cluster without cert-manager', () => {
    const { condition, keys } = cache({ issuer }, { served: { certificate: false } });
    expect(keys).not.toContain('certificate');
    expect(condition('CertificateReady')).toMatchObject({
      reason: 'KindNotServed',
      message: expect.stringContaining('install cert-manager') as string,
    });
  });

  test('a Secret that cert-manager did not write', () => {
    const { metadata: _, ...foreign } = written;
    const { response } = cache({ issuer }, { required: { certificate: foreign } });
    expect(response.results[0]?.message).toContain('spec.tls.issuer: Secret sessions-tls is there');
    expect(response.resources).toEqual([]);
  });

  test('nobody has looked', () => {
    expect(cache({ issuer }, { required: { certificate: undefined } }).keys).not.toContain('certificate');
  });

  test('a Dragonfly that is taken over, which keeps the certificate that it has', () => {
    const dragonfly: Observed = {
      apiVersion: 'dragonflydb.io/v1alpha1',
      kind: 'Dragonfly',
      metadata: { name: 'sessions', namespace: 'shop' },
      spec: { tlsSecretRef: { name: 'by-hand' } },
    };
    const certificate: Observed = { data: object(written.data) };
    const { response, condition, keys } = cache(
      { issuer },
      { required: { dragonfly, certificate } },
      { adopt: true },
    );
    expect(keys).not.toContain('certificate');
    expect(at(objectOf(response, 'dragonfly').spec, 'tlsSecretRef')).toEqual({ name: 'by-hand' });
    expect(condition('SecretsReady')).toMatchObject({ reason: 'AsItStands' });
  });
});
