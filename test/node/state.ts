import { join } from 'node:path';

/** Where a node keeps what it is. All of it but `log` is gone when the node has ended. */
export interface NodeState {
  readonly folder: string;
  readonly keys: string;
  readonly log: string;
  readonly volumes: string;
  readonly registry: string;
  /** For a person and for the tests; its user may do everything. */
  readonly kubeconfig: string;
  /** The number of the node's first process, as the machine counts. */
  readonly pid: string;
  /** What the kubelet changes for the whole machine, as it was before. */
  readonly kernel: string;
}

export function nodeState(folder: string): NodeState {
  const within = (name: string) => join(folder, name);
  return {
    folder,
    keys: within('keys'),
    log: within('log'),
    volumes: within('volumes'),
    registry: within('registry'),
    kubeconfig: kubeconfigOf(folder, 'admin'),
    pid: within('pid'),
    kernel: within('kernel.json'),
  };
}

/** The file by which one of the node's components, or `admin`, reaches the API server. */
export function kubeconfigOf(folder: string, user: string): string {
  return join(folder, `${user}.kubeconfig`);
}
