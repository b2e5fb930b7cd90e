import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { outputSchema } from '../../cli/output/schema.ts';
import { offerNamed, platform } from '../claims/offers.ts';
import { customResourceDefinitions } from '../tools/crds.ts';
import { freePorts } from '../tools/ports.ts';
import { kubeconfig } from './access.ts';
import type { Draft } from './api.ts';
import { claim, settled } from './claims.ts';
import { describeEngine } from './engine.ts';
import { until } from './until.ts';
import { bound, meanwhile, meanwhileNot } from './verifiable.ts';
import { verifying } from './verifying.ts';

const containing = (part: string) => expect.stringContaining(part) as string;

describeEngine('zerotouch verify, of claims and of what they need', (engine) => {
  const { api, plane } = engine;
  const { namespace, ills, kubeconfigOf, zerotouch } = verifying(engine);

  const row = (subject: string, found: string) =>
    expect.objectContaining({ subject, state: 'wrong', found: containing(found) }) as unknown;

  it('names a policy that is missing, and a role that is not as this version has it', async () => {
    await meanwhileNot(api, { kind: 'ValidatingAdmissionPolicy', name: 'zerotouch-retained-objects' });
    await meanwhileNot(api, { kind: 'ClusterRole', name: 'zerotouch-claims-edit', patch: { rules: [] } });
    expect(await ills()).toEqual(
      expect.arrayContaining([
        row('Admission policies', 'missing: ValidatingAdmissionPolicy zerotouch-retained-objects'),
        row('Roles', 'not as this version has it: ClusterRole zerotouch-claims-edit'),
      ]),
    );
  });

  it('names the kind whose definition is of another version', async () => {
    const offers = platform.offers.map((offer) =>
      offer === offerNamed('ObjectBucket')
        ? { ...offer, definition: { ...offer.definition, openApi: {} } }
        : offer,
    );
    expect(await ills({ expects: { ...platform, offers } })).toEqual(
      expect.arrayContaining([row('ObjectBucket', 'established, with the schema of another version')]),
    );
  });

  it('says what is wrong with the settings of the platform', async () => {
    await meanwhile(api, {
      apiVersion: 'apiextensions.crossplane.io/v1beta1',
      kind: 'EnvironmentConfig',
      metadata: { name: 'zerotouch' },
      data: { clusterDomains: 'example' },
    });
    expect(await ills()).toContainEqual(row('Platform settings', 'data.clusterDomains is no setting'));
  });

  it('says of a claim that is not Ready why, and of its stream', async () => {
    const draft = claim('AgentExecutor', namespace(), 'lonely');
    await meanwhile(api, draft);
    await settled(api, draft, 'SecretsReady', 'False');
    expect(await ills()).toEqual(
      expect.arrayContaining([
        row('Streams in NATS', `AgentExecutor ${namespace()}/lonely: `),
        row(`AgentExecutor ${namespace()}/lonely`, 'lonely-db-conn'),
      ]),
    );
  });

  it('says which ExternalSecret of a claim has failed', async () => {
    const [definition] = (await customResourceDefinitions(['external-secrets'])).filter(
      (each) => (each as unknown as Draft).metadata.name === 'externalsecrets.external-secrets.io',
    ) as unknown as Draft[];
    if (definition === undefined) throw new Error('External Secrets has no ExternalSecret');
    await api.apply(definition);
    const draft: Draft = {
      apiVersion: 'external-secrets.io/v1',
      kind: 'ExternalSecret',
      metadata: { name: 'keys', namespace: namespace() },
      spec: {
        secretStoreRef: { name: 'store', kind: 'ClusterSecretStore' },
        target: { name: 'bot-llm-keys' },
        dataFrom: [{ extract: { key: 'models' } }],
      },
    };
    await until('ExternalSecret is served', () =>
      api.path(draft).then(
        () => true,
        () => false,
      ),
    );
    await meanwhile(api, draft);
    const failed = { type: 'Ready', status: 'False', reason: 'SecretSyncedError', message: 'no such key' };
    await api.patch(draft, { status: { conditions: [failed] } }, 'status');
    expect(await ills()).toContainEqual(row('External Secrets', `${namespace()}/keys: no such key`));
  });

  describe('to somebody who may not read', () => {
    it('says of each row that it is not seen, and ends with 2', async () => {
      const run = await zerotouch(await kubeconfigOf('stranger'));
      expect(run.stdout).toMatch(
        /^unseen +Crossplane +cannot list Deployment in all namespaces: .*forbidden/m,
      );
      expect(run.stdout).toMatch(
        /^unseen +PostgresInstance +cannot read CompositeResourceDefinition .*forbidden/m,
      );
      expect(run.stdout).toMatch(/^unseen +Roles +\d+ of \d+ not seen: cannot read ClusterRole.*forbidden/m);
      expect(run.stdout).toMatch(/^unseen +Claims of PostgresInstance +cannot list .*forbidden/m);
      expect(run.stdout).not.toMatch(/^wrong/m);
      expect(run, run.stdout).toMatchObject({ code: 2, stderr: '' });
    });

    it('shows claims of a namespace to whoever may view that', async () => {
      await meanwhile(api, bound('RoleBinding', { name: 'view', namespace: namespace() }, 'viewer'));
      const run = await zerotouch(await kubeconfigOf('viewer'), '--cluster-namespace', namespace());
      expect(run.stdout).toMatch(/^well +Claims of PostgresInstance +2, all Ready$/m);
      expect(run.code, run.stdout).toBe(2);
    });

    it('says of a cluster that is away nothing but that', async () => {
      const [port] = await freePorts(1);
      const run = await zerotouch(await kubeconfigOf('away', `https://127.0.0.1:${port}`));
      expect(run.stdout).toBe('');
      expect(run.stderr).toMatch(/^cannot reach the cluster: .*connect/);
      expect(run.code).toBe(2);
    });
  });

  it('prints a document that fits its schema', async () => {
    const run = await zerotouch(kubeconfig(plane, 'admin'), '--cluster-namespace', namespace(), '-o', 'json');
    const validate = new Ajv({ strict: false }).compile(outputSchema());
    expect(validate(JSON.parse(run.stdout)), JSON.stringify(validate.errors)).toBe(true);
    expect(run.code, run.stderr).toBe(0);
  });
});
