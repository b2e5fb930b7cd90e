import { signal, start } from './keep.ts';
import type { Engine } from './setup.ts';

/** The processes of the engine that a test may kill. */
export type Part =
  'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'crossplane' | 'rbac-manager' | 'function';

/** Kills a part, as a crash would, or asks it to end. */
export async function stopPart(
  { plane }: Engine,
  part: Part,
  how: 'SIGKILL' | 'SIGTERM' = 'SIGKILL',
): Promise<void> {
  await signal(plane.dir, part, how);
}

/** Starts a part that was stopped. */
export async function startPart({ plane, crossplane, function: server }: Engine, part: Part): Promise<void> {
  const commands = { ...plane.commands, ...crossplane.commands, function: server.command };
  await start(plane.dir, part, commands[part]);
}

/** Kills a part and starts it again. */
export async function restartPart(engine: Engine, part: Part): Promise<void> {
  await stopPart(engine, part);
  await startPart(engine, part);
}
