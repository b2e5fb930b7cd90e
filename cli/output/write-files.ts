import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { metadataOf, text } from '../../functions/composition/read.ts';
import type { OutputOptions } from '../../render/documents.ts';
import { documentsOf } from '../../render/documents.ts';
import { keyOf } from '../../render/reconcile/composed-resource.ts';
import { toYaml } from '../../render/yaml/write.ts';
import { REFUSED } from '../../command-line/exit-code.ts';
import { Failure, reasonOf } from '../../command-line/failure.ts';
import type { RenderedClaim } from '../commands/render-claims.ts';

/**
 * Writes each object to a file of its own: `<namespace>/<kind>-<claim>/<key>.yaml`, and the claim itself to
 * `claim.yaml` beside them. Files of earlier runs stay. Answers with a sentence about what was written.
 */
export async function writeFiles(
  folder: string,
  rendered: readonly RenderedClaim[],
  options: OutputOptions,
): Promise<string> {
  const files = rendered.flatMap((each) => filesOf(each, options));
  try {
    for (const { path, content } of files) {
      await mkdir(join(folder, path, '..'), { recursive: true });
      await writeFile(join(folder, path), content);
    }
  } catch (error) {
    throw new Failure(`cannot write to ${folder}: ${reasonOf(error)}`, REFUSED, { cause: error });
  }
  return `wrote ${files.length} files below ${folder}`;
}

interface OutputFile {
  readonly path: string;
  readonly content: string;
}

function filesOf({ claim, outcome }: RenderedClaim, options: OutputOptions): OutputFile[] {
  const { name, namespace } = metadataOf(claim);
  const place = join(namespace, `${text(claim.kind).toLowerCase()}-${name}`);
  const [composite, ...objects] = documentsOf(claim, outcome, { ...options, includeFunctionResults: false });
  const results = documentsOf(claim, outcome, options).slice(objects.length + 1);
  return [
    ...(composite === undefined ? [] : [file(join(place, 'claim.yaml'), composite)]),
    ...objects.map((object) => file(join(place, `${keyOf(object)}.yaml`), object)),
    ...results.map((object, index) => file(join(place, `result-${index + 1}.yaml`), object)),
  ];
}

function file(path: string, object: JsonObject): OutputFile {
  return { path, content: toYaml(object) };
}
