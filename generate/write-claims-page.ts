/** `npm run docs:claims`: writes the reference of all claims, `docs/claims.md`. */
import { writeFile } from 'node:fs/promises';
import { generateDocs } from './xrds.ts';

const root = new URL('../', import.meta.url);
const { path, content } = await generateDocs(root);
await writeFile(new URL(path, root), content);
console.log(path);
