import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../command-line/command.ts';
import { DONE } from '../command-line/exit-code.ts';
import { bundle } from '../package/bundle.ts';
import { programs as image } from '../package/programs.ts';
import { coldStart, loaded, median, memoryUnder } from './measure.ts';
import type { Figures, Load, Memory } from './measure.ts';
import { positive, reportFlags } from './flags.ts';
import { goFunction } from './go/function.ts';
import { onNode, ServerProcess } from './process.ts';
import type { Program } from './process.ts';
import { cases, emptyCases } from './requests.ts';
import type { Case } from './requests.ts';
import { printReport } from './report.ts';
import type { Report, Row } from './report.ts';

interface Subject {
  readonly program: string;
  readonly case: Case;
}

async function measureAll(folder: string, calls: number, rounds: number): Promise<Report> {
  const load = loadavg()[0] ?? 0;
  const bundled = { ours: join(folder, 'function.cjs'), empty: join(folder, 'empty.cjs') };
  const bundleBytes = await bundle('functions/main.ts', bundled.ours);
  await bundle('bench/empty.ts', bundled.empty);
  const { flags } = image.function;
  const go = await goFunction();
  const programs: Programs = {
    'gRPC alone': onNode(...flags, 'bench/constant.ts'),
    'empty function': onNode(...flags, bundled.empty),
    function: onNode(...flags, bundled.ours),
    'function, from source': onNode(...flags, 'functions/main.ts'),
    ...(go === undefined ? {} : { 'function in Go': { command: go, args: [] } }),
  };
  const all = cases();
  const [first] = all;
  if (first === undefined) throw new Error('there is no case to measure');
  const subjects: Subject[] = [
    ...all
      .filter((each) => each === first || each.size === 'large')
      .map((each) => ({ program: 'gRPC alone', case: each })),
    ...emptyCases().map((each) => ({ program: 'empty function', case: each })),
    ...all.map((each) => ({ program: 'function', case: each })),
    ...(go === undefined ? [] : all.filter(isDatabase)).map((each) => ({
      program: 'function in Go',
      case: each,
    })),
    { program: 'function, from source', case: first },
  ];
  const rows = await measureLoads(programs, subjects, calls, rounds);
  const many = { request: first.request, callers: 16, calls: 20_000 };
  return {
    machine: `${cpus().length} × ${cpus()[0]?.model}, Node ${process.versions.node}`,
    load,
    calls,
    rounds,
    bundleBytes,
    rows,
    coldStartMs: await measureStarts(programs, first),
    memory: await measureMemory(programs, many),
  };
}

type Programs = Readonly<Record<string, Program>>;

/** What the function in Go composes, whatever it is asked. */
function isDatabase({ name }: Case): boolean {
  return name.startsWith('PostgresInstance');
}

async function measureLoads(programs: Programs, subjects: readonly Subject[], calls: number, rounds: number) {
  const running = new Map<string, ServerProcess>();
  try {
    for (const [name, program] of Object.entries(programs))
      running.set(name, await ServerProcess.start(program));
    const measured = subjects.flatMap((subject): Measured[] => {
      const server = running.get(subject.program);
      return server === undefined ? [] : [{ ...subject, server, figures: [] }];
    });
    const rows: Row[] = [];
    for (const callers of [1, 16, 100]) {
      await measureRounds(measured, callers, calls, rounds);
      for (const each of measured) rows.push(await rowOf(each, callers));
    }
    return rows;
  } finally {
    for (const server of running.values()) await server.stop();
  }
}

/** Round by round through all subjects, so that a disturbance from outside meets them all. */
async function measureRounds(measured: readonly Measured[], callers: number, calls: number, rounds: number) {
  for (let round = 0; round <= rounds; round++) {
    console.error(`${callers} callers: ${round === 0 ? 'warming up' : `round ${round} of ${rounds}`}`);
    for (const { server, case: each, figures } of measured) {
      if (round === 1) figures.length = 0; // What went before was to warm up.
      figures.push(await loaded(server, { request: each.request, callers, calls }));
    }
  }
}

interface Measured extends Subject {
  readonly server: ServerProcess;
  readonly figures: Figures[];
}

async function rowOf({ program, case: each, server, figures }: Measured, callers: number): Promise<Row> {
  const connection = await server.connect();
  const answer = await connection.call(each.request);
  connection.close();
  const bytes = [each.request.length, answer.length] as const;
  return { program, case: each.name, size: each.size, callers, bytes, ...median(figures) };
}

async function measureStarts(programs: Programs, { request }: Case): Promise<Record<string, number>> {
  const starts: Record<string, number> = {};
  for (const [name, program] of Object.entries(programs)) {
    console.error(`starting ${name}`);
    starts[name] = await coldStart(program, request, 15);
  }
  return starts;
}

async function measureMemory(programs: Programs, load: Load): Promise<Record<string, Memory>> {
  const memory: Record<string, Memory> = {};
  for (const [name, program] of Object.entries(programs)) {
    console.error(`filling ${name}`);
    memory[name] = await memoryUnder(program, load);
  }
  return memory;
}

/** `npm run bench` */
export const functionCommand = command({
  description:
    'Measures the composition function beside an empty one on the same server, and beside gRPC alone.',
  flags: {
    calls: { value: 'N', otherwise: '3000', help: 'Calls of each load.', read: positive },
    rounds: {
      value: 'N',
      otherwise: '3',
      help: 'Rounds of each load, of which the middle counts.',
      read: positive,
    },
    ...reportFlags,
  },
  async run({ flags: { calls, rounds, json } }) {
    const folder = mkdtempSync(join(tmpdir(), 'bench-'));
    try {
      const report = await measureAll(folder, calls, rounds);
      printReport(report);
      if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
      return DONE;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
});
