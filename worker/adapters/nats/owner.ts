/**
 * Whose a stream or consumer is, written in its own metadata: two executors that share one would take each other's jobs and run
 * them with each other's keys. Servers before 2.10 keep no metadata; there nothing is marked and nobody is refused.
 */
export interface QueueOwner {
  /** `namespace/name` of the claim; undefined for a worker that was started without one. */
  readonly executor: string | undefined;
  /** Its uid: a claim of the same name in another cluster has another. */
  readonly uid: string | undefined;
  /** Id that the database of the jobs gave itself; undefined while it is not known. */
  readonly database: string | undefined;
}

type Metadata = Readonly<Record<string, string>>;

const KEY = {
  executor: 'zerotouch.bizmatters.io/executor',
  uid: 'zerotouch.bizmatters.io/uid',
  database: 'zerotouch.bizmatters.io/database',
} as const satisfies Record<keyof QueueOwner, string>;

const PARTS = ['executor', 'uid', 'database'] as const;

/** On what `ensure-stream` made: such a thing may be brought to exactly what is wanted, others' settings are theirs. */
export const MADE_HERE = { 'zerotouch.bizmatters.io/made-by': 'ensure-stream' } as const;

export function isMadeHere(metadata: Metadata | undefined): boolean {
  return Object.entries(MADE_HERE).every(([key, value]) => metadata?.[key] === value);
}

/** The marks of an owner, as far as they are known. */
export function ownerMetadata(owner: QueueOwner): Record<string, string> {
  return Object.fromEntries(
    PARTS.flatMap((part) => {
      const value = owner[part];
      return value ? [[KEY[part], value]] : [];
    }),
  );
}

/** Whose something is, in the eyes of one owner. */
export type Belonging =
  | { readonly kind: 'ours'; readonly marked: boolean }
  | { readonly kind: 'unmarked' }
  /** Of a claim of the same name: an earlier one of this cluster, or one of another cluster. */
  | { readonly kind: 'namesake'; readonly who: string }
  | { readonly kind: 'stranger'; readonly who: string };

/** Judges by the claim where both sides have one, otherwise by the database. */
export function belonging(metadata: Metadata | undefined, owner: QueueOwner): Belonging {
  const [executor, uid, database] = PARTS.map((part) => metadata?.[KEY[part]] || undefined);
  if (executor === undefined && database === undefined) return { kind: 'unmarked' };
  if (executor !== undefined && owner.executor !== undefined) {
    if (executor !== owner.executor) return { kind: 'stranger', who: `AgentExecutor ${executor}` };
    if (uid !== undefined && owner.uid !== undefined && uid !== owner.uid)
      return { kind: 'namesake', who: `another AgentExecutor ${executor}` };
  } else if (database !== undefined && owner.database !== undefined && database !== owner.database) {
    const whose = executor === undefined ? `the workers of another database` : `AgentExecutor ${executor}`;
    return { kind: 'stranger', who: whose };
  }
  const marks = Object.entries(ownerMetadata(owner));
  return { kind: 'ours', marked: marks.every(([key, value]) => metadata?.[key] === value) };
}

/** The names belong to somebody else, and nothing but other names, or a person, changes that. */
export class NamesTaken extends Error {
  override readonly name = 'NamesTaken';
  constructor(what: string, who: string, command: string) {
    super(
      `${what} belongs to ${who}: give this executor a subject prefix of its own ` +
        `(spec.nats.subjectPrefix, NATS_SUBJECT_PREFIX); if the other is gone for good, run \`${command}\``,
    );
  }
}

/** Takes the marks off, so that the next worker or `ensure-stream` puts its own. */
export function freeingFlags(): string {
  return PARTS.map((part) => `--metadata ${KEY[part]}=`).join(' ');
}
