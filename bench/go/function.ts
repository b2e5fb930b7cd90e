import { join } from 'node:path';
import { build, hasGo, isExecutable } from '../../test/tools/go.ts';
import type { Recipe } from '../../test/tools/pins.ts';
import { versions } from '../../test/tools/pins.ts';
import { toolsFolder } from '../../test/tools/programs.ts';

const recipe: Recipe = {
  version: versions.functionSdkGo,
  requires: [`github.com/crossplane/function-sdk-go v${versions.functionSdkGo}`],
  main: join(import.meta.dirname, 'main.go'),
  package: '.',
};

/** The hand-written function in Go, built with Crossplane's SDK; undefined where there is no Go. */
export async function goFunction(): Promise<string | undefined> {
  if (!(await hasGo())) {
    console.error('Without Go, which is missing here, there is no function in Go to compare with.');
    return undefined;
  }
  const path = join(toolsFolder(), 'bench', `function-go-${recipe.version}`);
  // Fast with a warm cache, and its source may have changed.
  if (!(await isExecutable(path))) console.error('building the function in Go');
  await build(recipe, path);
  return path;
}
