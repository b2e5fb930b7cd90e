import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { closest } from '../../command-line/closest.ts';
import { command, group } from '../../command-line/command.ts';
import { DONE, FAILED, REFUSED } from '../../command-line/exit-code.ts';
import { Failure } from '../../command-line/failure.ts';
import type { Problem } from '../../functions/composition/contract.ts';
import { object } from '../../functions/composition/read.ts';
import { claimProblems } from '../../render/claim-problems.ts';
import { metadataProblems } from '../../render/schema/metadata.ts';
import { readYaml } from '../../render/yaml/read.ts';
import { readText } from '../../command-line/read-text.ts';
import { agentFindings } from '../agents/findings.ts';
import { readSource } from '../agents/source.ts';
import { claimFlags } from '../flags.ts';
import { platformFor } from '../input/load.ts';
import { fieldBefore } from '../output/findings.ts';
import { newAgent } from '../templates/agent.ts';
import { newClaim } from '../templates/claim.ts';
import { newTenant } from '../templates/tenant.ts';

const namespace = { ...claimFlags.namespace, help: 'Namespace of what is printed.' } as const;

const claim = command({
  description: `Prints a claim that is valid as it stands: zerotouch new claim PostgresInstance orders > orders.yaml
With --all also every other field, as a comment with its default.`,
  operands: { usage: 'KIND NAME', least: 2, most: 2 },
  flags: { namespace, all: { help: 'Every field, as a comment.' } },
  async run({ flags, operands: [kind = '', name = ''] }, terminal) {
    const { offers } = await platformFor(undefined);
    const kinds = offers.map(({ definition }) => definition.kind);
    const offer = offers.find(({ definition }) => definition.kind.toLowerCase() === kind.toLowerCase());
    if (offer === undefined) {
      const meant = closest(kind, kinds);
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
      throw new Failure(`cannot write a ${kind}: expected one of ${kinds.join(', ')}${hint}`, REFUSED);
    }
    const printed = newClaim(offer.definition, { name, namespace: flags.namespace, all: flags.all });
    const [written] = readYaml(printed);
    refuseProblems(
      `${offer.definition.kind} ${name}`,
      claimProblems(offer.definition, object(written?.value)),
    );
    terminal.print(printed);
    return DONE;
  },
});

function refuseProblems(what: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ path, message }) => {
    const field = fieldBefore(path, message);
    return `\n  ${field === '' ? '' : `${field}: `}${message}`;
  });
  throw new Failure(`cannot write ${what}:${lines.join('')}`, REFUSED);
}

const agent = command({
  description: `Prints an agent definition to start from: zerotouch new agent helper > helper.json`,
  operands: { usage: 'NAME', least: 1, most: 1 },
  flags: {},
  async run({ operands: [name = ''] }, terminal) {
    if (/\p{Cc}/u.test(name))
      refuseProblems('the agent', [
        { path: 'NAME', message: 'may have no line breaks and no other control characters' },
      ]);
    const printed = newAgent(name);
    const source = readSource('-', printed);
    refuseProblems(`agent ${name}`, 'message' in source ? [source] : await agentFindings(source, readText));
    terminal.print(printed);
    return DONE;
  },
});

const tenant = command({
  description: `Prints what a platform team gives a tenant: a namespace, a quota on claims and what they use, and the right to work
in it. Its numbers are there to be changed.`,
  operands: { usage: 'NAME', least: 1, most: 1 },
  flags: {
    group: { value: 'GROUP', help: 'Who works in it, as the API server knows them; the name by default.' },
  },
  async run({ flags, operands: [name = ''] }, terminal) {
    refuseProblems(`tenant ${name}`, metadataProblems({ metadata: { name, namespace: name } }));
    const { offers } = await platformFor(undefined);
    const resources = offers.map(({ definition }) => definition.name);
    terminal.print(newTenant(name, flags.group ?? name, resources));
    return DONE;
  },
});

const writer = 'generate/new-kind/main.ts';

const kind = command({
  description: `Writes the skeleton of a kind of claim into a checkout of zerotouch, in whose folder it is called.
docs/adding-a-kind.md goes on from there.`,
  operands: { usage: 'NAME', least: 1, most: 1 },
  flags: {
    group: { value: 'GROUP', help: 'API group of the kind.' },
    short: { value: 'NAME', help: 'Its short name in kubectl.' },
  },
  run({ flags, operands }) {
    if (!existsSync(writer))
      throw new Failure('cannot write a kind: this folder is no checkout of zerotouch', REFUSED);
    const given = Object.entries(flags).flatMap(([name, value]) =>
      value === undefined ? [] : [`--${name}=${value}`],
    );
    const { status } = spawnSync(process.execPath, [writer, ...given, ...operands], { stdio: 'inherit' });
    return status === 0 ? DONE : status === 1 ? FAILED : REFUSED;
  },
});

const load = <T>(member: T) => Promise.resolve(member);

export const fresh = group({
  description: 'Prints files to start from.',
  members: {
    claim: { summary: 'a claim of a kind', load: () => load(claim) },
    agent: { summary: 'an agent definition', load: () => load(agent) },
    tenant: { summary: 'namespace, quota and rights of a tenant', load: () => load(tenant) },
    kind: { summary: 'the skeleton of a kind of claim, in a checkout', load: () => load(kind) },
  },
});
