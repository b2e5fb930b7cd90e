import { existsSync } from 'node:fs';
import type { JsonObject, Observed } from '../../functions/composition/contract.ts';
import { list, metadataOf, object, text } from '../../functions/composition/read.ts';
import { isObject } from '../../functions/composition/schema.ts';
import { compositeLabel, controllerOf } from '../../render/reconcile/composed-resource.ts';
import type { Read } from './files.ts';
import { readFiles } from './files.ts';
import type { Finding } from '../output/findings.ts';

/** Objects of a cluster that the user gave. */
export interface Loaded {
  readonly objects: readonly Observed[];
  readonly findings: readonly Finding[];
}

export async function loadObjects(paths: readonly string[]): Promise<Loaded> {
  const { files, findings }: Read = await readFiles(paths);
  const values = files.flatMap(({ path, documents }) => documents.map(({ value }) => ({ path, value })));
  return {
    objects: values.flatMap(({ value }) => (isObject(value) ? itemsOf(value) : [])),
    findings: [
      ...findings,
      ...values
        .filter(({ value }) => !isObject(value))
        .map(({ path }) => ({ file: path, path: '', message: 'expected Kubernetes objects' })),
    ],
  };
}

function itemsOf(value: JsonObject): JsonObject[] {
  return value.kind === 'List' ? list(value.items).map(object) : [value];
}

const suffixes = ['observed', 'required'] as const;

/** Whether the file holds what a cluster would say to the claim beside it: `<case>.observed.yaml`. */
export function isInput(path: string): boolean {
  return suffixes.some((suffix) => path.endsWith(`.${suffix}.yaml`));
}

/** The files with inputs that lie beside a claim's file. */
export function inputsBeside(path: string): Record<(typeof suffixes)[number], string[]> {
  const beside = (suffix: string) => {
    const file = path.replace(/\.ya?ml$/, `.${suffix}.yaml`);
    return file !== path && existsSync(file) ? [file] : [];
  };
  return { observed: beside('observed'), required: beside('required') };
}

/** Those observed resources that belong to the claim: by controller, or else by label and namespace. */
export function ownResources(objects: readonly Observed[], claim: JsonObject): Observed[] {
  const { name, namespace } = metadataOf(claim);
  return objects.filter((each) => {
    if (metadataOf(each).namespace !== namespace) return false;
    const controller = controllerOf(each);
    if (controller !== undefined) return controller.kind === claim.kind && controller.name === name;
    return text(object(object(each.metadata).labels)[compositeLabel]) === name;
  });
}
