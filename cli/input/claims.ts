import { basename, dirname } from 'node:path';
import type { Json, JsonObject, Observed } from '../../functions/composition/contract.ts';
import { at, list, metadataOf, object, text } from '../../functions/composition/read.ts';
import { isObject } from '../../functions/composition/schema.ts';
import type { Offer, Platform } from '../../render/platform.ts';
import { offerOf } from '../../render/platform.ts';
import type { PromisedSecret } from '../../render/promised-secrets.ts';
import { catalogsIn } from '../../render/difference/catalog-changes.ts';
import { promisedSecrets } from '../../render/promised-secrets.ts';
import type { YamlDocument } from '../../render/yaml/read.ts';
import { isTenantFile } from '../registry/tenants.ts';
import type { Read, SourceFile } from './files.ts';
import type { Finding } from '../output/findings.ts';
import { closest } from '../../command-line/closest.ts';
import { withDrawnNames } from './drawn-names.ts';
import { locate } from './yaml-position.ts';

/** A claim, and where it was written. */
export interface LoadedClaim {
  readonly file: string;
  readonly document: YamlDocument;
  /** Of the claim inside the document, when it is a member of a List: `items[0].`, otherwise empty. */
  readonly prefix: string;
  readonly offer: Offer;
  readonly claim: JsonObject;
}

/** What is in files: claims, and the rest. */
export interface Sorted {
  readonly claims: readonly LoadedClaim[];
  /** Kinds of the objects that are no claims of ours, to be counted. */
  readonly others: readonly string[];
  /** Secrets that are among the rest, or that something among it makes in a cluster. */
  readonly secrets: readonly PromisedSecret[];
  /** ClusterImageCatalogs that are among the rest. */
  readonly catalogs: readonly Observed[];
  /** Folders whose files a kustomization changes before they get to a cluster. */
  readonly kustomized: readonly string[];
  /** Files of a tenant registry. */
  readonly registry: readonly SourceFile[];
  readonly findings: readonly Finding[];
}

/** Kind, namespace and name, as people write them. */
export function titleOf(claim: JsonObject): string {
  const { name, namespace } = metadataOf(claim);
  return `${text(claim.kind)} ${namespace === '' ? '' : `${namespace}/`}${name || '(no name)'}`;
}

/** A problem of a claim where it stands in its file. */
export function findingOf(
  { file, document, prefix, claim }: LoadedClaim,
  path: string,
  message: string,
): Finding {
  // Such as `version: 16`, or `database: y`, which is true in the YAML that Kubernetes reads.
  const unquoted = /^expected a string, got (true|false|[-.\d])/.test(message);
  return {
    file,
    place: locate(document, prefix + path),
    subject: titleOf(claim),
    path,
    message: unquoted ? `${message}; YAML reads it as text only in quotes` : message,
  };
}

/**
 * What to say of a claim that our own code stumbles over: it has to be named, and must not hide what is wrong with others.
 */
export function faultIn(loaded: LoadedClaim, error: unknown): Finding {
  return findingOf(loaded, '', faultOf(error));
}

/** The sentence for a fault of our own code. */
export function faultOf(error: unknown): string {
  return `cannot be judged, which is a bug of this program's: ${String(error)}`;
}

/**
 * Tells claims from everything else in the files. A claim without a namespace gets the given one, as kubectl does.
 * What cannot be an object, and an unknown kind in one of our groups, are mistakes of their author.
 */
export function sortOut(platform: Platform, { files, findings, skipped }: Read, namespace: string): Sorted {
  const registry = files.filter(({ path }) => isTenantFile(path));
  const objects = files.filter((file) => !registry.includes(file));
  const members = objects.flatMap((file) =>
    file.documents.flatMap((document) => membersOf(file.path, document)),
  );
  const sorted = members.map((member) => classify(platform, member, namespace));
  const values = members.flatMap(({ value }) => (isObject(value) ? [value] : []));
  return {
    claims: withDrawnNames(sorted.flatMap(({ claim }) => claim ?? [])),
    secrets: promisedSecrets(values, namespace),
    catalogs: catalogsIn(values),
    kustomized: files.flatMap(({ path }) =>
      /^kustomization\.ya?ml$/.test(basename(path)) ? [dirname(path)] : [],
    ),
    registry,
    others: [...skipped, ...sorted.flatMap(({ other }) => other ?? [])],
    findings: [...findings, ...sorted.flatMap(({ finding }) => finding ?? [])],
  };
}

interface Member {
  readonly file: string;
  readonly document: YamlDocument;
  readonly prefix: string;
  readonly value: Json;
}

/** The document itself, or the members of a List as `kubectl get -o yaml` prints it. */
function membersOf(file: string, document: YamlDocument): Member[] {
  const { value } = document;
  if (!isObject(value) || value.kind !== 'List') return [{ file, document, prefix: '', value }];
  return list(value.items).map((item, index) => ({
    file,
    document,
    prefix: `items[${index}].`,
    value: item,
  }));
}

interface Classified {
  readonly claim?: LoadedClaim;
  readonly other?: string;
  readonly finding?: Finding;
}

function classify(
  platform: Platform,
  { file, document, prefix, value }: Member,
  namespace: string,
): Classified {
  const place = locate(document, prefix);
  if (!isObject(value))
    return { finding: { file, place, path: '', message: `expected an object, got ${describe(value)}` } };
  const kind = text(value.kind);
  const apiVersion = text(value.apiVersion);
  const offer = offerOf(platform, value);
  if (offer !== undefined)
    return { claim: { file, document, prefix, offer, claim: withNamespace(value, namespace) } };
  const known = platform.offers.map(({ definition }) => definition);
  const group = apiVersion.split('/')[0] ?? '';
  const meant = closest(
    kind,
    known.map((each) => each.kind),
  );
  const ourGroup = known.some((each) => each.group === group);
  const mistaken =
    ourGroup ||
    known.some((each) => each.kind.toLowerCase() === kind.toLowerCase()) ||
    (meant !== undefined &&
      closest(
        group,
        known.map((each) => each.group),
      ) !== undefined);
  // Folders also hold a kustomization.yaml, values.yaml or Chart.yaml, which say no kind of themselves.
  if (!mistaken && (kind === '' || apiVersion !== '')) return { other: kind || 'not a Kubernetes object' };
  const expected = known.map((each) => `${each.kind} (${each.apiVersion})`).join(', ');
  const got = `${kind || 'no kind'} (${apiVersion || 'no apiVersion'})`;
  const hint = meant === undefined || meant === kind ? '' : `; did you mean ${meant}?`;
  const message = `is no claim: expected one of ${expected}, got ${got}${hint}`;
  return { finding: { file, place, path: '', message } };
}

/** The claim with the namespace that kubectl gives it. */
function withNamespace(claim: JsonObject, namespace: string): JsonObject {
  const { metadata } = claim;
  if (!isObject(metadata) || (metadata.namespace ?? '') !== '') return claim;
  return { ...claim, metadata: { ...metadata, namespace } };
}

/** Claims of one identity, of which a cluster has room for one only. */
export function duplicates(claims: readonly LoadedClaim[]): string[] {
  const groups = Map.groupBy(claims, ({ claim }) => titleOf(claim));
  return [...groups].flatMap(([title, [first, ...others]]) => {
    if (first === undefined || others.length === 0) return [];
    const files = [first, ...others].map(({ file, document, prefix }) => {
      const { line } = locate(document, prefix);
      return `${file}:${line}`;
    });
    return [`${title} is there ${files.length} times, and a cluster takes one: ${files.join(', ')}`];
  });
}

function describe(value: Json): string {
  if (value === null) return 'nothing';
  return Array.isArray(value) ? 'a list' : 'a single value';
}

/** Claims whose data a deletion would take: those that could be protected or retain it, and say neither. */
export function unprotected(claims: readonly LoadedClaim[]): string[] {
  const open = claims.filter(({ offer, claim }) => {
    const fields = object(at(offer.definition.openApi, 'properties', 'spec', 'properties'));
    const keeps = at(claim, 'spec', 'deletionPolicy') === 'Retain';
    return 'deletionProtection' in fields && at(claim, 'spec', 'deletionProtection') !== true && !keeps;
  });
  if (open.length === 0) return [];
  const shown = 5;
  const named = open.slice(0, shown).map(({ claim }) => titleOf(claim));
  const titles = `${named.join(', ')}${open.length > shown ? ` and ${open.length - shown} more` : ''}`;
  return [
    `a deletion would take the data of ${titles}; deletionProtection: true refuses it, deletionPolicy: Retain keeps what the claim made`,
  ];
}
