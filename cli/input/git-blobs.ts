import { spawn } from 'node:child_process';
import { REFUSED } from '../../command-line/exit-code.ts';
import { Failure, reasonOf } from '../../command-line/failure.ts';
import { decodedText } from '../../command-line/read-text.ts';

const newline = 0x0a;

/**
 * The texts of files of a commit, each in the place of its name, or why it is none. One process for all of them, which follows links
 * as the file system does. Throws a Failure when git does not answer.
 */
export async function blobsIn(
  folder: string,
  commit: string,
  names: readonly string[],
): Promise<(string | Error)[]> {
  // The protocol has one name on a line.
  const asked = names.filter((name) => !name.includes('\n'));
  const answers = answersIn(await answered(folder, asked.map((name) => `${commit}:${name}\n`).join('')));
  return names.map((name) =>
    name.includes('\n')
      ? new Error('its name has a line break in it')
      : (answers.shift() ?? new Error('git does not say')),
  );
}

async function answered(folder: string, questions: string): Promise<Buffer> {
  const git = spawn('git', ['-C', folder, 'cat-file', '--batch', '--follow-symlinks'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  git.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  // Why git ends early is said by its exit code.
  git.stdin.on('error', () => {});
  git.stdin.end(questions);
  const code = await new Promise<number | null>((resolve, reject) => {
    git.on('error', reject);
    git.on('close', resolve);
  }).catch((error: unknown) => {
    throw new Failure(`cannot read the Git revision: ${reasonOf(error)}`, REFUSED, { cause: error });
  });
  if (code === 0) return Buffer.concat(chunks);
  throw new Failure(`cannot read the Git revision: git cat-file ends with ${code}`, REFUSED);
}

/** Each answer is a line, and content of as many bytes as it says: `<object> blob <bytes>`, or `dangling <bytes>` and its like. */
function answersIn(all: Buffer): (string | Error)[] {
  const answers: (string | Error)[] = [];
  for (let at = 0; at < all.length;) {
    const end = all.indexOf(newline, at);
    const head = all.toString('utf8', at, end).split(' ');
    const bytes = Number(head.at(-1));
    const content = Number.isNaN(bytes) ? undefined : all.subarray(end + 1, end + 1 + bytes);
    answers.push(textOf(head, content));
    at = end + 1 + (content === undefined ? 0 : content.length + 1);
  }
  return answers;
}

function textOf(head: readonly string[], content: Buffer | undefined): string | Error {
  if (content === undefined || head[1] !== 'blob')
    return Object.assign(new Error('it is a link to what the revision has not'), { code: 'ENOENT' });
  try {
    return decodedText(content);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
