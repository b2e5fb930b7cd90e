/** `npm run render`, `npm run validate`, `npm run diff`: the commands over claims. */
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Most of a short command is reading and compiling its own source: 230 ms of CPU without the cache, 100 ms with it.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/compile'));
const { execute } = await import('./execute.ts');

const argv = process.argv.slice(2);

// npm runs scripts in the package's folder; paths are meant where the user stands.
if (process.env.npm_lifecycle_event === argv[0] && process.env.INIT_CWD !== undefined)
  process.chdir(process.env.INIT_CWD);

// Whoever reads our output may stop early, as `head` does: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await execute(argv, {
  colors: process.stdout.isTTY && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb',
  print: (text) => process.stdout.write(text),
  say: (line) => process.stderr.write(`${line}\n`),
});
