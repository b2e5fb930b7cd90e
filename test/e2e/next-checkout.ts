import { cp, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../engine/install.ts';

/** Not sources: what is installed or built, and the history. */
const made = ['node_modules', '.git', '_build'];

const field = '                phase:\n';
const nextField = `                next:
                  type: string
                  description: Only in the next version.
`;

/** A checkout with a field more in the status of a database: another schema, which changes nothing that is composed. */
export async function withNextCheckout(work: (checkout: string) => Promise<void>): Promise<void> {
  const checkout = await mkdtemp(join(tmpdir(), 'zerotouch-next-'));
  try {
    for (const entry of (await readdir(root)).filter((name) => !made.includes(name))) {
      await cp(join(root, entry), join(checkout, entry), { recursive: true });
    }
    await symlink(join(root, 'node_modules'), join(checkout, 'node_modules'));
    const xrd = join(checkout, 'xrds', 'postgresinstances.database.bizmatters.io.yaml');
    const schema = await readFile(xrd, 'utf8');
    if (schema.split(field).length !== 2) throw new Error(`cannot edit ${xrd}: status.phase is not in it`);
    await writeFile(xrd, schema.replace(field, `${nextField}${field}`));
    await work(checkout);
  } finally {
    await rm(checkout, { recursive: true });
  }
}
