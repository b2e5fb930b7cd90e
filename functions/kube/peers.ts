import type { INetworkPolicyPeer as Peer } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer';

/** Pods by namespace and labels, as a claim names them. Without a namespace they are those of the claim's own. */
export interface PodsOf {
  readonly namespace?: string;
  readonly pods?: Readonly<Record<string, string>>;
}

/** The same for a NetworkPolicy. */
export function peerOf({ namespace, pods }: PodsOf): Peer {
  return {
    ...(namespace === undefined ? {} : { namespaceSelector: byName(namespace) }),
    // Without both this would be nobody.
    ...(pods === undefined && namespace !== undefined
      ? {}
      : { podSelector: pods === undefined ? {} : { matchLabels: { ...pods } } }),
  };
}

/** Every namespace bears its name as a label. */
function byName(namespace: string) {
  return { matchLabels: { 'kubernetes.io/metadata.name': namespace } };
}
