/**
 * The node's network. It exists in a namespace of the node's own, but for one end of a cable: the machine is `.1`, the node
 * `.2`. Pods, the machine and containerd all reach the registry under one address, as Crossplane wants a name with a dot in it.
 */
export const network = {
  machine: '10.213.0.1',
  node: '10.213.0.2',
  pods: '10.244.0.0/24',
  services: '10.96.0.0/16',
  apiServer: '10.96.0.1',
  dns: '10.96.0.10',
  registry: '10.213.0.1:5000',
} as const;

/** The machine's end of the cable. Whoever has it is the one node that this machine runs. */
export const cable = 'node0';
