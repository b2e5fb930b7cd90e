import { createHash } from 'node:crypto';

/**
 * The uid that a claim gets when it has none: always the same for the same kind, namespace and name, as
 * `crossplane internal render` draws it (a UUID of version 5 in the empty name space).
 * https://github.com/crossplane/crossplane/blob/v2.4.0/internal/render/composite/render.go
 */
export function stableUid(apiVersion: string, kind: string, namespace: string, name: string): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const text = `${group}/${version}, Kind=${kind}\0${namespace}\0${name}`;
  const bytes = createHash('sha1').update(Buffer.alloc(16)).update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const longestName = 63;
const hashLength = 12;

/**
 * Name of a composed resource that brings none: the prefix and a hash of the claim's uid and the resource's key.
 * https://github.com/crossplane/crossplane/blob/v2.4.0/internal/names/names.go
 */
export function childName(prefix: string, uid: string, key: string): string {
  const hash = createHash('sha256')
    .update(uid + key)
    .digest('hex')
    .slice(0, hashLength);
  const parent = prefix === '' || prefix.endsWith('-') ? prefix : `${prefix}-`;
  if (parent.length + hashLength <= longestName) return parent + hash;
  const cut = parent.slice(0, longestName - hashLength);
  return (cut.endsWith('-') ? cut : `${cut.slice(0, -1)}-`) + hash;
}
