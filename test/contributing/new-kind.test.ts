import { expect, test } from 'vitest';
import { kindNamed } from '../../generate/new-kind/names.ts';
import { writeSkeleton } from '../../generate/new-kind/write-skeleton.ts';
import { copyOfRepository, isBad } from './copy.ts';
import type { Edit } from './copy.ts';

/** One kind with one fault, and the test that must see it. */
interface Sabotage extends Edit {
  readonly kind: string;
  /** When it is not that of the workers. */
  readonly group?: string;
  readonly fault: string;
  /** What the failing test is called, and what it says. */
  readonly seenBy: RegExp;
  readonly says: string;
}

/** No kind of ours is in it. */
const newGroup = 'widgets.example.org';

const compose = (folder: string) => `functions/kinds/${folder}/compose.ts`;
const resources = "resources: [{ key: 'service-account', object: serviceAccount(claim), readiness }],";

/** A Pod as it should be, with one thing changed. */
const pod = (change: string) => `resources: [
        { key: 'service-account', object: serviceAccount(claim), readiness },
        { key: 'deployment', readiness, object: {
          apiVersion: 'apps/v1', kind: 'Deployment', metadata: serviceAccount(claim).metadata ?? {},
          spec: { template: { spec: { automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
            containers: [{ name: 'main', image: 'example.org/main:v1',
              resources: { requests: { cpu: '1' }, limits: { memory: '1Gi' } },
              securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } } }],
            ...${change} } } } } as never },
      ],`;

const sabotages: readonly Sabotage[] = [
  {
    kind: 'BlindWidget',
    fault: 'a password that is drawn without a look',
    seenBy: /any valid BlindWidget draws no password before/,
    says: 'a password was drawn blindly',
    file: compose('blind-widget'),
    at: resources,
    instead: `resources: [{ key: 'conn', readiness, object: {
      apiVersion: 'v1', kind: 'Secret', metadata: serviceAccount(claim).metadata ?? {},
      data: { password: context.randomPassword() } } as never }],`,
  },
  {
    kind: 'MightyWidget',
    fault: 'a privileged container',
    seenBy: /Pods of any MightyWidget keep the restricted/,
    says: 'privileged',
    file: compose('mighty-widget'),
    at: resources,
    instead: pod("{ containers: [{ name: 'main', securityContext: { privileged: true } }] }"),
  },
  {
    kind: 'HostWidget',
    fault: "the host's network",
    seenBy: /Pods of any HostWidget keep the restricted/,
    says: 'hostNetwork',
    file: compose('host-widget'),
    at: resources,
    instead: pod('{ hostNetwork: true }'),
  },
  {
    kind: 'TokenWidget',
    fault: 'a token for the API server',
    seenBy: /Pods of any TokenWidget have no token/,
    says: 'the token of the ServiceAccount is mounted',
    file: compose('token-widget'),
    at: resources,
    instead: pod('{ automountServiceAccountToken: true }'),
  },
  {
    kind: 'RightlessWidget',
    fault: 'no permission rule for what it composes',
    seenBy: /lets Crossplane write everything that RightlessWidget/,
    says: 'add a rule for each to package/cluster/composed-kinds.yaml',
    file: 'functions/kinds/rightless-widget/service-account.ts',
    at: "kind: 'ServiceAccount',",
    instead: "kind: 'LimitRange' as 'ServiceAccount',",
  },
  {
    kind: 'OpenWidget',
    fault: 'a protection that nobody guards',
    seenBy: /guards OpenWidget, which has deletionProtection/,
    says: 'add openwidgets.widgets.example.org to package/cluster/deletion-protection.yaml',
    group: newGroup,
    file: 'xrds/openwidgets.widgets.example.org.yaml',
    at: '                purpose:\n',
    instead:
      '                deletionProtection: { type: boolean, description: Refuses., default: false }\n                purpose:\n',
  },
  {
    kind: 'FleetingWidget',
    fault: 'a composed resource that vanishes once it is there',
    seenBy: /any valid FleetingWidget keeps every resource/,
    says: 'service-account',
    file: compose('fleeting-widget'),
    at: resources,
    instead:
      "resources: readiness.ready ? [] : [{ key: 'service-account', object: serviceAccount(claim), readiness }],",
  },
  {
    kind: 'EndlessWidget',
    fault: 'names without a bound',
    seenBy: /any valid EndlessWidget .*within every limit of a name/,
    says: 'length of the name of service-account',
    file: 'functions/kinds/endless-widget/service-account.ts',
    at: "...metadata(claim, 'endless-widget'),",
    instead: "...metadata(claim, 'endless-widget', `${claim.name}-of-${claim.namespace}`),",
  },
];

/** What kinds are added to. */
const copy = copyOfRepository();

const newKind = (...args: string[]) => copy.node('generate/new-kind/main.ts', ...args);

test(
  'the skeleton of a kind passes every test, and each of eight faults is seen and named',
  { timeout: 600_000 },
  async () => {
    await newKind('GoodWidget', '--group', newGroup);
    for (const { kind, group = 'platform.bizmatters.io', ...edit } of sabotages) {
      await writeSkeleton(copy.path, kindNamed(kind, group));
      copy.edit(edit);
    }
    await copy.node('generate/main.ts');
    await copy.node('test/golden/main.ts');
    const files = ['test/kinds/p', 'test/structure/complete', 'test/release/stage', 'test/gitops/claims'];
    // The other kinds have their own turn, outside of the copy.
    const seen = await copy.results(files, 'Widget|defined|step|owner|application|no claim');
    const about = (kind: string) => seen.filter(({ fullName }) => fullName.includes(kind));

    expect(about('GoodWidget').length).toBeGreaterThan(12);
    const own = new RegExp(sabotages.map(({ kind }) => kind).join('|'));
    expect(seen.filter((each) => isBad(each) && !own.test(each.fullName))).toEqual([]);
    for (const { kind, fault, seenBy, says } of sabotages) {
      const failed = about(kind).filter(isBad);
      expect(
        failed.map(({ fullName }) => fullName),
        fault,
      ).toContainEqual(expect.stringMatching(seenBy));
      expect(failed.map(({ failureMessages }) => failureMessages.join()).join(), fault).toContain(says);
    }
  },
);

test.each([
  { name: 'objectBucket', says: 'expected words that begin with a capital, such as ObjectBucket' },
  { name: 'PostgresInstance', says: 'is there already' },
])('$name is refused in a sentence', async ({ name, says }) => {
  const group = name === 'PostgresInstance' ? ['--group', 'database.bizmatters.io'] : [];
  await expect(newKind(name, ...group)).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringContaining(says) as string,
  });
});
