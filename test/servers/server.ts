import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { until } from '../engine/until.ts';

const run = promisify(execFile);

/** How a server is started: a program of this machine, or an image. */
export type Launch =
  | {
      readonly kind: 'program';
      readonly file: string;
      readonly args: readonly string[];
      /** Whom to run as, where it refuses to run as root. */
      readonly user?: { readonly uid: number; readonly gid: number };
      readonly env?: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'image';
      readonly image: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      /** Inside the container. */
      readonly port: number;
    };

/** A server on loopback that tests may kill and start again: it comes back on the same port with the same data. */
export interface Server {
  readonly port: number;
  /** Returns when it takes connections again. */
  start(): Promise<void>;
  /** Like a power cut: nothing is flushed, nobody is told. */
  kill(): Promise<void>;
  /** It keeps its connections and says nothing, until it is thawed. */
  freeze(): Promise<void>;
  thaw(): Promise<void>;
  /** For good. */
  stop(): Promise<void>;
}

/** A port that nobody uses at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function answers(port: number): Promise<boolean> {
  const socket: Socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill(signal);
  await exit;
}

interface Running {
  end(signal: NodeJS.Signals): Promise<void>;
  pause(paused: boolean): Promise<void>;
}

function launchProgram(launch: Extract<Launch, { kind: 'program' }>, logFile: string): Running {
  const log = openSync(logFile, 'a');
  const child = spawn(launch.file, launch.args, {
    stdio: ['ignore', log, log],
    env: { ...process.env, ...launch.env },
    ...launch.user,
  });
  child.on('error', () => {});
  return {
    end: (signal) => ended(child, signal),
    async pause(paused) {
      child.kill(paused ? 'SIGSTOP' : 'SIGCONT');
    },
  };
}

async function launchImage(
  launch: Extract<Launch, { kind: 'image' }>,
  name: string,
  port: number,
): Promise<Running> {
  const there = await run('docker', ['start', name]).then(
    () => true,
    () => false,
  );
  if (!there) {
    const env = Object.entries(launch.env).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
    const publish = `127.0.0.1:${port}:${launch.port}`;
    const options = ['--detach', '--name', name, '--publish', publish, ...env];
    await run('docker', ['run', ...options, launch.image, ...launch.args]);
  }
  return {
    async end(signal) {
      await run('docker', ['kill', '--signal', signal, name]);
      await run('docker', ['wait', name]);
    },
    async pause(paused) {
      await run('docker', [paused ? 'pause' : 'unpause', name]);
    },
  };
}

/** Starts a server and waits until it takes connections; `ready` may ask for more than that. */
export async function startServer(
  name: string,
  port: number,
  launch: Launch,
  logFile: string,
  ready: () => Promise<boolean> = async () => true,
): Promise<Server> {
  const container = `zerotouch-${name}-${port}`;
  let running: Running | undefined;
  const server: Server = {
    port,
    async start() {
      running =
        launch.kind === 'program'
          ? launchProgram(launch, logFile)
          : await launchImage(launch, container, port);
      await until(`${name} answers on port ${port} (log: ${logFile})`, async () => {
        return (await answers(port)) && (await ready());
      });
    },
    async kill() {
      await running?.end('SIGKILL');
    },
    async freeze() {
      await running?.pause(true);
    },
    async thaw() {
      await running?.pause(false);
    },
    async stop() {
      await running?.end(launch.kind === 'program' ? 'SIGINT' : 'SIGKILL');
      if (launch.kind === 'image') await run('docker', ['rm', '--force', '--volumes', container]);
    },
  };
  await server.start();
  return server;
}
