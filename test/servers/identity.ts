import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { authority, signed } from '../tools/certificates.ts';

/**
 * Writes into a folder what a server at `localhost` and 127.0.0.1 says who it is with (`server.crt`, `server.key`), and what its
 * clients check that against: `ca.crt`, and `other.crt` of somebody else.
 */
export async function writeIdentity(folder: string, commonName: string): Promise<void> {
  const ca = authority('a company');
  const { certificate, key } = signed(ca, {
    commonName,
    dns: ['localhost'],
    ip: ['127.0.0.1'],
    use: 'server',
  });
  for (const [name, content] of Object.entries({
    'ca.crt': ca.certificate,
    'other.crt': authority('somebody else').certificate,
    'server.crt': certificate,
    'server.key': key,
  }))
    await writeFile(join(folder, name), content);
}
