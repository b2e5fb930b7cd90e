/** `npm run types`: writes `functions/kinds/<kind>/xr.gen.ts` from each XRD beside this file. */
import { mkdir, writeFile } from 'node:fs/promises';
import { generateTypes } from './xrds.ts';

const root = new URL('../', import.meta.url);
for (const { path, content } of await generateTypes(root)) {
  const target = new URL(path, root);
  await mkdir(new URL('./', target), { recursive: true });
  await writeFile(target, content);
  console.log(path);
}
