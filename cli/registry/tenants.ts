import { basename, dirname, resolve } from 'node:path';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { list, text } from '../../functions/composition/read.ts';
import { conform, isObject } from '../../functions/composition/schema.ts';
import { unknownFields } from '../../render/schema/unknown-fields.ts';
import type { YamlDocument } from '../../render/yaml/read.ts';
import type { SourceFile } from '../input/files.ts';
import { locate } from '../input/yaml-position.ts';
import type { Finding } from '../output/findings.ts';
import { reservedNames, tenantSchema } from './tenant-schema.ts';

/** Whether the path is that of a tenant's file in a registry: `tenants/FOLDER/config.yaml`, wherever that is. */
export function isTenantFile(path: string): boolean {
  const folder = dirname(resolve(path));
  return basename(path) === 'config.yaml' && basename(dirname(folder)) === 'tenants';
}

interface Tenant {
  readonly file: string;
  readonly document: YamlDocument;
  readonly config: JsonObject;
}

/** What is wrong with the files of a tenant registry, and what several of them would share. */
export function registryFindings(files: readonly SourceFile[]): Finding[] {
  const read = files.map(tenantOf);
  const tenants = read.flatMap(({ tenant }) => tenant ?? []);
  return [
    ...read.flatMap(({ finding }) => finding ?? []),
    ...tenants.flatMap(problemsOf),
    ...shared(tenants, 'tenant', ({ config }) => [text(config.tenant)]),
    ...shared(tenants, 'namespaces', ({ config }) => list(config.namespaces).map(text)),
  ];
}

function tenantOf({ path, documents }: SourceFile): {
  readonly tenant?: Tenant;
  readonly finding?: Finding;
} {
  const [document, ...others] = documents;
  if (document !== undefined && others.length === 0 && isObject(document.value))
    return { tenant: { file: path, document, config: document.value } };
  return { finding: { file: path, path: '', message: 'expected one object with the fields of a tenant' } };
}

function problemsOf({ file, document, config }: Tenant): Finding[] {
  const name = text(config.tenant);
  const taken = reservedNames.some((each) => each === name) || name.startsWith('tenant-');
  const problems = [
    ...unknownFields(tenantSchema, config, ''),
    ...conform(tenantSchema, config, '').problems,
    ...(taken
      ? [{ path: 'tenant', message: `cannot be ${name}, which is a name of the platform's own` }]
      : []),
  ];
  return problems.map(({ path, message }) => {
    const field = path.replace(/^\./, '');
    return { file, place: locate(document, field), path: field, message };
  });
}

/** Values that only one tenant may have, each with the file of the other that has it. */
function shared(
  tenants: readonly Tenant[],
  path: string,
  valuesOf: (tenant: Tenant) => readonly string[],
): Finding[] {
  const holders = Map.groupBy(
    tenants.flatMap((tenant) => valuesOf(tenant).map((value) => ({ tenant, value }))),
    ({ value }) => value,
  );
  return [...holders].flatMap(([value, [first, ...others]]) =>
    others.map(({ tenant: { file, document } }) => ({
      file,
      place: locate(document, path),
      path,
      message: `${value} belongs to ${first?.tenant.file ?? ''} already`,
    })),
  );
}
