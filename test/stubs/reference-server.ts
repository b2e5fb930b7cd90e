import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '@langchain/langgraph-api/server';

/** LangGraph's own server for development, in memory. Prints its address when it listens, and ends with whoever started it. */
process.stdin.on('end', () => process.exit()).resume();
process.chdir(await mkdtemp(join(tmpdir(), 'reference-')));
const { host } = await startServer({
  port: 0,
  host: '127.0.0.1',
  nWorkers: 4,
  cwd: process.cwd(),
  graphs: { agent: `${join(import.meta.dirname, 'reference-graph.ts')}:graph` },
});
process.stdout.write(`listening on http://${host}\n`);
