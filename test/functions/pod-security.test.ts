import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json, JsonObject } from '../../functions/composition/contract.ts';
import { list, object, text } from '../../functions/composition/read.ts';
import { arbitraryClaim } from '../claims/arbitrary.ts';
import { call, claim, objectOf, plain } from './call.ts';

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

function podTemplates(value: Json | undefined): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(podTemplates);
  const here = object(value);
  return [...('containers' in here ? [here] : []), ...Object.values(here).flatMap(podTemplates)];
}

describe('the restricted Pod Security Standard', () => {
  test('holds for every Pod template of every AgentExecutor', () => {
    fc.assert(
      fc.property(arbitraryClaim('AgentExecutor'), (composite) => {
        const templates = podTemplates(plain(call(composite)).resources as unknown as Json);
        expect(templates.length).toBeGreaterThan(0);
        expect(templates.flatMap(violations)).toEqual([]);
        for (const template of templates) {
          for (const each of [...list(template.initContainers), ...list(template.containers)]) {
            const { resources } = object(each);
            expect(resources).toMatchObject({
              requests: { cpu: expect.anything() },
              limits: { memory: expect.anything() },
            });
          }
        }
      }),
      { seed: 20261121, numRuns: 200 },
    );
  });

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
