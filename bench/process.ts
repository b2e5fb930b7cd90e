import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../test/servers/server.ts';
import { Caller } from './caller.ts';

/** A server as it is started; it takes the flags of Crossplane's own SDKs. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** One that Node runs. */
export function onNode(...args: readonly string[]): Program {
  return { command: process.execPath, args };
}

/** A server under measurement, in a process of its own. */
export class ServerProcess {
  /** When it was started, by `performance.now`. */
  readonly startedAt: number;
  readonly #child: ChildProcess;
  readonly #port: number;
  readonly #metricsPort: number;

  private constructor(child: ChildProcess, port: number, metricsPort: number) {
    this.startedAt = performance.now();
    this.#child = child;
    this.#port = port;
    this.#metricsPort = metricsPort;
  }

  /** Starts a program. What it logs goes nowhere, through a pipe as in a pod. */
  static async start({ command, args }: Program): Promise<ServerProcess> {
    const [port, metricsPort] = [await freePort(), await freePort()];
    const addresses = ['--address', `127.0.0.1:${port}`, '--metrics-address', `127.0.0.1:${metricsPort}`];
    const child = spawn(command, [...args, '--insecure', ...addresses], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    child.stdout.resume();
    return new ServerProcess(child, port, metricsPort);
  }

  /**
   * A connection of its own, because the server ends every connection after some minutes. Tries until somebody
   * listens, as often as it can, because a cold start is measured with it.
   */
  async connect(): Promise<Caller> {
    for (;;) {
      if (this.#child.exitCode !== null)
        throw new Error(`the server ended with exit code ${this.#child.exitCode}`);
      try {
        return await Caller.connect(this.#port);
      } catch {
        await setTimeout(1);
      }
    }
  }

  /** Processor time since its start, in seconds, of all its threads. */
  async cpu(): Promise<number> {
    return this.#metric('process_cpu_seconds_total');
  }

  /** Resident memory now, in MB. */
  async memory(): Promise<number> {
    return (await this.#metric('process_resident_memory_bytes')) / 1e6;
  }

  /** The most memory it ever had, in MB; undefined where the system does not say. */
  peakMemory(): number | undefined {
    try {
      const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
      const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
      return kilobytes === undefined ? undefined : (Number(kilobytes) * 1024) / 1e6;
    } catch {
      return undefined;
    }
  }

  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    await once(this.#child, 'exit');
  }

  async #metric(name: string): Promise<number> {
    const value = new RegExp(`^${name} (\\S+)$`, 'm').exec(await this.#metrics())?.[1];
    if (value === undefined) throw new Error(`the server has no metric ${name}`);
    return Number(value);
  }

  /** Their port is the second to be listened on, so it may still be closed. */
  async #metrics(): Promise<string> {
    for (;;) {
      try {
        return await (await fetch(`http://127.0.0.1:${this.#metricsPort}/metrics`)).text();
      } catch (error) {
        if (this.#child.exitCode !== null) throw error;
        await setTimeout(5);
      }
    }
  }
}
