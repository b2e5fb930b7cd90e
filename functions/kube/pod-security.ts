import type { IPodSecurityContext } from 'kubernetes-models/v1/PodSecurityContext';

/**
 * What the restricted Pod Security Standard asks of a Pod and of its containers.
 * Without a user the image's own is kept, which must not be root.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
export function podSecurity(user?: number): IPodSecurityContext {
  return {
    runAsNonRoot: true,
    ...(user === undefined ? {} : { runAsUser: user, runAsGroup: user, fsGroup: user }),
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

export const containerSecurity = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
};
