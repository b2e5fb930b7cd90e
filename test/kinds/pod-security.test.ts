import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../functions/composition/contract.ts';
import { list, object, text } from '../../functions/composition/read.ts';
import { arbitraryClaim } from '../claims/arbitrary.ts';
import { kindNames } from '../claims/offers.ts';
import { asObserved, podsIn, settled } from '../claims/settled.ts';
import { call, claim, objectOf } from '../functions/call.ts';

/**
 * What the restricted Pod Security Standard refuses of a Pod.
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted
 */
function violations(pod: JsonObject): string[] {
  const found: string[] = [];
  const context = object(pod.securityContext);
  for (const name of ['hostNetwork', 'hostPID', 'hostIPC']) if (pod[name] === true) found.push(name);
  for (const volume of list(pod.volumes)) {
    const sources = Object.keys(object(volume)).filter((name) => name !== 'name');
    const allowed = [
      'configMap',
      'csi',
      'downwardAPI',
      'emptyDir',
      'ephemeral',
      'persistentVolumeClaim',
      'projected',
      'secret',
    ];
    if (sources.some((source) => !allowed.includes(source))) found.push(`volume ${sources.join()}`);
  }
  for (const each of [...list(pod.initContainers), ...list(pod.containers)]) {
    found.push(...containerViolations(object(each), context));
  }
  return found;
}

function containerViolations(container: JsonObject, pod: JsonObject): string[] {
  const context = object(container.securityContext);
  const drop = list(object(context.capabilities).drop);
  const seccomp = object(context.seccompProfile ?? pod.seccompProfile).type;
  const checks: readonly [boolean, string][] = [
    [context.privileged === true, 'privileged'],
    [context.allowPrivilegeEscalation !== false, 'allowPrivilegeEscalation'],
    [(context.runAsNonRoot ?? pod.runAsNonRoot) !== true, 'runAsNonRoot'],
    [(context.runAsUser ?? pod.runAsUser) === 0, 'runAsUser'],
    [!drop.includes('ALL'), 'capabilities.drop'],
    [list(object(context.capabilities).add).length > 0, 'capabilities.add'],
    [seccomp !== 'RuntimeDefault' && seccomp !== 'Localhost', 'seccompProfile'],
    [list(container.ports).some((port) => object(port).hostPort !== undefined), 'hostPort'],
  ];
  return checks.flatMap(([broken, rule]) => (broken ? [`${text(container.name)}: ${rule}`] : []));
}

/** Every Pod of what a claim became, with the objects beside it. */
interface Beside {
  readonly pod: JsonObject;
  readonly objects: readonly JsonObject[];
}

/**
 * Whether the Pods of an object are as we write them. CloudNativePG puts its own restricted contexts and ServiceAccount into
 * the Pods of a Pooler, whatever the template says, and what runs in them asks the API server for its configuration.
 * https://github.com/cloudnative-pg/cloudnative-pg/blob/v1.30.0/pkg/specs/pgbouncer/deployments.go
 */
function isWhole({ kind }: JsonObject): boolean {
  return kind !== 'Pooler';
}

function podsOf(composite: JsonObject): Beside[] {
  const objects = Object.values(asObserved(settled(composite).response));
  return objects.filter(isWhole).flatMap((each) => podsIn(each).map((pod) => ({ pod, objects })));
}

/** A token for the API server in a Pod that has no business there: neither the Pod nor its ServiceAccount keeps it out. */
function mountsToken({ pod, objects }: Beside): boolean {
  const account = objects.find(
    (each) => each.kind === 'ServiceAccount' && object(each.metadata).name === pod.serviceAccountName,
  );
  return (pod.automountServiceAccountToken ?? account?.automountServiceAccountToken) !== false;
}

function unlimited(pod: JsonObject): string[] {
  return [...list(pod.initContainers), ...list(pod.containers)].flatMap((each) => {
    const { name, resources } = object(each);
    const { requests, limits } = object(resources);
    const known = object(requests).cpu !== undefined && object(limits).memory !== undefined;
    return known ? [] : [`${text(name)}: no CPU request or no memory limit`];
  });
}

describe.each(kindNames)('Pods of any %s', (kind) => {
  const pods = (check: (found: Beside) => void) =>
    fc.assert(
      fc.property(arbitraryClaim(kind), (composite) => podsOf(composite).forEach(check)),
      { seed: 20261121, numRuns: 200, includeErrorInReport: true },
    );

  test('keep the restricted Pod Security Standard', () => {
    pods(({ pod }) => expect(violations(pod)).toEqual([]));
  });

  test('have no token for the API server', () => {
    pods((found) => expect(mountsToken(found), 'the token of the ServiceAccount is mounted').toBe(false));
  });

  test('say what they need and how much they may take', () => {
    pods(({ pod }) => expect(unlimited(pod)).toEqual([]));
  });
});

describe('the restricted Pod Security Standard', () => {
  test('is what Dragonfly is told', () => {
    const { spec } = objectOf(
      call(claim('DragonflyInstance'), { required: { conn: null } }),
      'dragonfly',
    ) as { spec: JsonObject };
    const pod = {
      securityContext: spec.podSecurityContext ?? null,
      containers: [{ name: 'dragonfly', securityContext: spec.containerSecurityContext ?? null }],
    };
    expect(violations(pod)).toEqual([]);
  });

  test('would be noticed missing', () => {
    const naked = {
      hostNetwork: true,
      containers: [{ name: 'evil', securityContext: { privileged: true } }],
    };
    expect(violations(naked)).toContain('hostNetwork');
    expect(violations(naked)).toContain('evil: privileged');
  });
});
