import type { IDatabase } from '@kubernetes-models/cloudnative-pg/postgresql.cnpg.io/v1/Database';
import type {
  Claim,
  Composed,
  Condition,
  Context,
  Observed,
  Readiness,
  ServedKind,
} from '../../../composition/contract.ts';
import { at, number, text } from '../../../composition/read.ts';
import { metadata } from '../../../kube/metadata.ts';
import { kindNotServed, notServed, optionalKind } from '../../../kube/optional-kind.ts';
import { exists, ready, unready } from '../../../kube/ready.ts';
import type { Names } from '../origin/origin.ts';
import type { Spec } from '../xr.gen.ts';

const databaseKind = { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Database' } as const;

const type = 'DatabasesReady';

/** What `spec.extensions` and `spec.databases` come to. */
export interface Databases {
  readonly resources: readonly Composed[];
  readonly conditions: readonly Condition[];
  readonly schemas: Readonly<Record<string, ServedKind>>;
}

/** One database inside the server that CloudNativePG has more to see to than that it is there. */
interface Inside {
  readonly key: string;
  readonly name: string;
  readonly database: string;
  readonly owner: string;
  readonly extensions: readonly string[];
}

/** The first one is made with the server, so it is one of them only for its extensions. */
function insideOf({ name: claim, spec }: Claim<Spec>, { database, owner }: Names): Inside[] {
  const { extensions = [], databases = [] } = spec;
  return [
    ...(extensions.length === 0 ? [] : [{ key: 'database', name: claim, database, owner, extensions }]),
    ...databases.map(({ name, extensions: own = [] }) => ({
      key: `database-${name}`,
      name: `${claim}-${name}`,
      database: name,
      owner: name,
      extensions: own,
    })),
  ];
}

export function composeDatabases(claim: Claim<Spec>, context: Context, names: Names): Databases {
  const inside = insideOf(claim, names);
  const [first] = inside;
  if (first === undefined) return { resources: [], conditions: [], schemas: {} };
  const { missing, asks: schemas } = optionalKind(context, first.key, databaseKind);
  if (missing) {
    const message = `${notServed(databaseKind, 'a CloudNativePG that has it')}. There are no further databases and no extensions.`;
    return {
      resources: [],
      conditions: [{ type, status: 'False', reason: kindNotServed, message }],
      schemas,
    };
  }
  const resources = inside.map((each) => ({
    key: each.key,
    object: databaseObject(claim, each),
    readiness: applied(claim, context.observed(each.key)),
  }));
  const waiting = resources.flatMap(({ object, readiness }) =>
    readiness.ready ? [] : [`Database ${object.spec.name} ${readiness.why}`],
  );
  const condition: Condition =
    waiting.length === 0
      ? { type, status: 'True', reason: 'Applied' }
      : { type, status: 'False', reason: 'NotApplied', message: `${waiting.join('; ')}.` };
  return { resources, conditions: [condition], schemas };
}

/** Deleting the object leaves the database where it is. */
function databaseObject(claim: Claim, { name, database, owner, extensions }: Inside): IDatabase {
  return {
    ...databaseKind,
    metadata: metadata(claim, 'database', name),
    spec: {
      cluster: { name: claim.name },
      name: database,
      owner,
      databaseReclaimPolicy: 'retain',
      ...(extensions.length === 0
        ? {}
        : { extensions: extensions.map((each) => ({ name: each, ensure: 'present' as const })) }),
    },
  };
}

/** As its primary has reported, which a hibernated one does not. */
function applied(claim: Claim<Spec>, observed: Observed | undefined): Readiness {
  const made = exists(observed);
  if (!made.ready || claim.spec.hibernated) return made;
  const seen = number(at(observed, 'status', 'observedGeneration'));
  const isApplied = at(observed, 'status', 'applied');
  if (isApplied === true && seen === number(at(observed, 'metadata', 'generation'))) return ready;
  const why = text(at(observed, 'status', 'message'));
  return unready(
    isApplied === false && why !== '' ? `is not as it should be: ${why}` : 'waits for its server',
  );
}
