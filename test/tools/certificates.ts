import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import forge from 'node-forge';

/** A certificate and its key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Whose a certificate is and what it is good for. */
export interface Subject {
  readonly commonName: string;
  /** A group, as Kubernetes reads it. */
  readonly organization?: string;
  readonly dns?: readonly string[];
  readonly ip?: readonly string[];
  /** For both when absent. */
  readonly use?: 'server' | 'client';
  /** Days from now to its end, which may have been; a year when absent. */
  readonly days?: number;
}

const day = 24 * 60 * 60 * 1000;

function newKey(): KeyObject {
  return generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
}

function pem(key: KeyObject): string {
  return key.export({ type: 'pkcs1', format: 'pem' }).toString();
}

function unsigned(key: KeyObject, { commonName, organization, days = 365 }: Subject): forge.pki.Certificate {
  const certificate = forge.pki.createCertificate();
  const spki = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  certificate.publicKey = forge.pki.publicKeyFromPem(spki);
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() - 30 * day);
  certificate.validity.notAfter = new Date(Date.now() + days * day);
  certificate.setSubject([
    ...(organization === undefined ? [] : [{ name: 'organizationName', value: organization }]),
    { name: 'commonName', value: commonName },
  ]);
  return certificate;
}

/** A new certificate authority. */
export function authority(commonName: string): KeyPair {
  const key = newKey();
  const certificate = unsigned(key, { commonName });
  certificate.setIssuer(certificate.subject.attributes);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(pem(key)), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key: pem(key) };
}

/** A certificate signed by `issuer`; its own key is new. */
export function signed(issuer: KeyPair, subject: Subject): KeyPair {
  const key = newKey();
  const certificate = unsigned(key, subject);
  certificate.setIssuer(forge.pki.certificateFromPem(issuer.certificate).subject.attributes);
  certificate.setExtensions([{ name: 'basicConstraints', cA: false }, ...uses(subject)]);
  certificate.sign(forge.pki.privateKeyFromPem(issuer.key), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key: pem(key) };
}

/** A certificate that vouches for itself, for two who each hold the other's for their authority. */
export function selfSigned(subject: Subject): KeyPair {
  const key = newKey();
  const certificate = unsigned(key, subject);
  certificate.setIssuer(certificate.subject.attributes);
  certificate.setExtensions([{ name: 'basicConstraints', cA: true, critical: true }, ...uses(subject)]);
  certificate.sign(forge.pki.privateKeyFromPem(pem(key)), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key: pem(key) };
}

function uses({ dns = [], ip = [], use }: Subject): object[] {
  const names = [...dns.map((value) => ({ type: 2, value })), ...ip.map((value) => ({ type: 7, ip: value }))];
  return [
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: use !== 'client', clientAuth: use !== 'server' },
    // An extension without a name in it is malformed.
    ...(names.length > 0 ? [{ name: 'subjectAltName', altNames: names }] : []),
  ];
}
