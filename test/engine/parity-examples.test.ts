import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { kinds } from '../../functions/kinds/registry.ts';
import { documentsOf, printed } from '../../render/documents.ts';
import { reconcile } from '../../render/reconcile/reconcile.ts';
import { stored } from '../../render/claim-problems.ts';
import { readYaml } from '../../render/yaml/read.ts';
import { goldenCases } from '../golden/cases.ts';
import { program } from '../tools/programs.ts';
import { describeEngine } from './engine.ts';
import { root } from './install.ts';
import { offerFor } from '../claims/offers.ts';
import { asDrawn, functionName, objectsIn, startRenderingFunction } from './rendering.ts';

const run = promisify(execFile);
const cases = await goldenCases();

function functionsYaml(target: string): string {
  return `apiVersion: pkg.crossplane.io/v1
kind: Function
metadata:
  name: ${functionName}
  annotations:
    render.crossplane.io/runtime: Development
    render.crossplane.io/runtime-development-target: dns:///${target}
spec:
  package: ghcr.io/bizmatters/function-zerotouch:v0.0.0
`;
}

/** The documents of a rendering, with the events sorted, which core gives in any order. */
function documents(yaml: string): string[] {
  const all = yaml.split(/^---\n/m);
  const isResult = (document: string) => document.includes('kind: Result\n');
  return [...all.filter((document) => !isResult(document)), ...all.filter(isResult).toSorted()];
}

describeEngine('our renderer prints what `crossplane composition render` prints', ({ plane }) => {
  const functionsFile = join(plane.dir, 'functions.yaml');
  let core: string;
  let cli: string;
  beforeAll(async () => {
    [core, cli] = await Promise.all([program('crossplane-core'), program('crossplane-cli')]);
    await writeFile(
      functionsFile,
      functionsYaml(await startRenderingFunction(plane.dir, 'examples-function')),
    );
  });

  async function printedByCli(example: string, name: string): Promise<string> {
    const input = (flag: string, suffix: string) => {
      const file = join(root, example.replace(/\.yaml$/, `.${suffix}.yaml`));
      return existsSync(file) ? [flag, file] : [];
    };
    const files = [join(root, example), join(root, 'compositions', name), functionsFile];
    const flags = ['--crossplane-binary', core, '--xrd', join(root, 'xrds', name), '-x', '-r'];
    const inputs = [...input('-o', 'observed'), ...input('-e', 'required')];
    return (await run(cli, ['composition', 'render', ...files, ...flags, ...inputs])).stdout;
  }

  it.each(cases)('$name, to the byte', async ({ example }) => {
    const [claim] = await objectsIn(example);
    if (!claim) throw new Error(`${example} is empty`);
    const { definition, composition } = offerFor(claim);
    const theirs = await printedByCli(example, `${composition.name}.yaml`);
    const drawn = readYaml(theirs).map(({ value }) => value as JsonObject);
    const beside = (suffix: string) => objectsIn(example.replace(/\.yaml$/, `.${suffix}.yaml`));
    const whole = stored(definition, claim);
    const [observed, required] = await Promise.all([beside('observed'), beside('required')]);
    const outcome = asDrawn(drawn, (world) =>
      reconcile(whole, { kinds, composition, observed, required, world }),
    );
    if (outcome.kind === 'fatal') throw new Error(outcome.message);
    const ours = printed(documentsOf(whole, outcome, { includeFullXr: true, includeFunctionResults: true }));
    expect(documents(ours)).toEqual(documents(theirs));
  });
});
