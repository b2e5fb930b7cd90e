import { ServerProcess } from './process.ts';
import type { Program } from './process.ts';

export interface Load {
  readonly request: Buffer;
  readonly callers: number;
  readonly calls: number;
}

export interface Figures {
  /** Milliseconds from call to answer. */
  readonly p50: number;
  readonly p99: number;
  readonly callsPerSecond: number;
  /** Processor seconds of the server, all its threads. */
  readonly cpuPer1000Calls: number;
}

/** So many callers, each of which calls again as soon as it is answered. */
export async function loaded(server: ServerProcess, { request, callers, calls }: Load): Promise<Figures> {
  const latencies: number[] = [];
  let begun = 0;
  const connection = await server.connect();
  const caller = async () => {
    while (begun++ < calls) {
      const start = performance.now();
      await connection.call(request);
      latencies.push(performance.now() - start);
    }
  };
  const before = await server.cpu();
  const start = performance.now();
  await Promise.all(Array.from({ length: callers }, caller));
  const seconds = (performance.now() - start) / 1000;
  const cpu = (await server.cpu()) - before;
  connection.close();
  return {
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    callsPerSecond: calls / seconds,
    cpuPer1000Calls: (cpu / calls) * 1000,
  };
}

/** Milliseconds from the start of the process to its first answer, the middle of several. */
export async function coldStart(program: Program, request: Buffer, times: number): Promise<number> {
  const starts: number[] = [];
  for (let i = 0; i < times; i++) {
    const server = await ServerProcess.start(program);
    const connection = await server.connect();
    await connection.call(request);
    starts.push(performance.now() - server.startedAt);
    connection.close();
    await server.stop();
  }
  return quantile(starts, 0.5);
}

export interface Memory {
  /** MB of resident memory before the first call. */
  readonly idle: number;
  /** The most there ever was; undefined where the system does not say. */
  readonly peak: number | undefined;
}

export async function memoryUnder(program: Program, load: Load): Promise<Memory> {
  const server = await ServerProcess.start(program);
  const idle = await server.memory();
  await loaded(server, load);
  const peak = server.peakMemory();
  await server.stop();
  return { idle, peak };
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;
}

/** Figure by figure, so that one disturbed round spoils none of them. */
export function median(rounds: readonly Figures[]): Figures {
  const of = (name: keyof Figures) =>
    quantile(
      rounds.map((figures) => figures[name]),
      0.5,
    );
  return {
    p50: of('p50'),
    p99: of('p99'),
    callsPerSecond: of('callsPerSecond'),
    cpuPer1000Calls: of('cpuPer1000Calls'),
  };
}
