import type { StreamConfig, StreamSource } from '@nats-io/jetstream';
import { shellWord } from './difference.ts';
import type { Difference } from './difference.ts';
import { includes, overlap } from './subject-patterns.ts';

/** What is asked of a stream. */
export type WantedStream = Partial<StreamConfig> & { readonly name: string; readonly subjects: string[] };

interface Case {
  readonly found: StreamConfig;
  readonly wanted: WantedStream;
}

type Rule = (judged: Case) => Difference | undefined;

const NANOS_PER_S = 1_000_000_000;
/** Jobs that share a subject, such as all that come over HTTP, must not push each other out. */
const ENOUGH_OF_A_SUBJECT = 1_000;

function edit({ wanted }: Case, flag: string): string {
  return `nats stream edit ${shellWord(wanted.name)} ${flag} -f`;
}

/** A destination such as `jobs.{{wildcard(1)}}` as a pattern. */
function destination(dest: string): string {
  return dest.replaceAll(/\{\{[^}]*\}\}|\$\d+/g, '*');
}

function sourced({ filter_subject, subject_transforms }: StreamSource): string[] {
  if (subject_transforms?.length)
    return subject_transforms.map(({ dest, src }) => destination(dest || src || '>'));
  return [filter_subject || '>'];
}

/** Patterns of the subjects of the messages in a stream: its own, those of its sources, and what it makes of them. */
export function storedSubjects(stream: StreamConfig): string[] {
  const taken = [...(stream.subjects ?? []), ...(stream.sources ?? []).flatMap(sourced)];
  const transform = stream.subject_transform;
  if (!transform) return taken;
  const { src = '>', dest } = transform;
  return taken.flatMap((pattern) => {
    if (overlap(pattern, src || '>') === undefined) return [pattern];
    const rest = includes(src || '>', pattern) ? [] : [pattern];
    return [destination(dest), ...rest];
  });
}

const mirror: Rule = (judged) =>
  judged.found.mirror
    ? {
        field: 'mirror',
        found: judged.found.mirror.name,
        wanted: '',
        verdict: 'stop',
        harm: 'a mirror takes no messages, and workers have to put jobs back',
        mend: edit(judged, '--no-mirror'),
      }
    : undefined;

const seal: Rule = ({ found }) =>
  found.sealed
    ? {
        field: 'sealed',
        found: true,
        wanted: false,
        verdict: 'stop',
        harm: 'it takes no messages, and what is sealed stays sealed: make another and name it',
      }
    : undefined;

const stored: Rule = (judged) => {
  const { found, wanted } = judged;
  const patterns = storedSubjects(found);
  const missing = wanted.subjects.filter(
    (subject) => !patterns.some((pattern) => includes(pattern, subject)),
  );
  if (missing.length === 0) return undefined;
  // A narrower pattern gives way to the wider one: a stream may not name a subject twice. Others' subjects are theirs to keep.
  const kept = found.subjects.filter((own) => !missing.some((subject) => includes(subject, own)));
  const subjects = [...kept, ...missing];
  return {
    field: 'subjects',
    found: found.subjects,
    wanted: wanted.subjects,
    verdict: 'update',
    change: { subjects },
    harm: `nothing published on ${missing.join(' and ')} would be kept`,
    mend: edit(judged, `--subjects ${shellWord(subjects.join(','))}`),
  };
};

const receipt: Rule = (judged) =>
  judged.found.no_ack
    ? {
        field: 'no_ack',
        found: true,
        wanted: false,
        verdict: 'update',
        change: { no_ack: false },
        harm: 'nobody who publishes would ever know that a message is kept',
        mend: edit(judged, '--ack'),
      }
    : undefined;

const room: Rule = (judged) => {
  const { max_msgs_per_subject: found, discard } = judged.found;
  // Servers before 2.3 do not say, as 0 and -1 say that there is none.
  if (!(found > 0)) return undefined;
  const flag = edit(judged, '--max-msgs-per-subject=-1');
  const difference = { field: 'max_msgs_per_subject', found, wanted: -1, mend: flag };
  if (found >= ENOUGH_OF_A_SUBJECT || discard === 'new') return { ...difference, verdict: 'keep' };
  const harm = 'messages of one subject would push each other out';
  return { ...difference, verdict: 'update', change: { max_msgs_per_subject: -1 }, harm };
};

/** At least as long; what is longer than wanted stays. For `max_age`, 0 is no limit at all. */
const lasting =
  (field: 'max_age' | 'duplicate_window', flag: string): Rule =>
  (judged) => {
    const [found, wanted] = [judged.found[field], judged.wanted[field]];
    if (wanted === undefined || found >= wanted || (field === 'max_age' && found === 0)) return undefined;
    const mend = edit(judged, `${flag} ${wanted / NANOS_PER_S}s`);
    return { field, found, wanted, verdict: 'update', change: { [field]: wanted }, mend };
  };

/** More servers lose nothing; fewer are somebody's choice. */
const replicas: Rule = (judged) => {
  const [found, wanted] = [judged.found.num_replicas, judged.wanted.num_replicas];
  if (wanted === undefined || found === wanted) return undefined;
  const difference = { field: 'num_replicas', found, wanted };
  if (found > wanted) return { ...difference, verdict: 'keep' };
  const mend = edit(judged, `--replicas ${wanted}`);
  return { ...difference, verdict: 'update', change: { num_replicas: wanted }, mend };
};

/** Of a stream that works, whatever it has here: told, so that nobody wonders. */
const kept =
  (field: 'retention' | 'storage' | 'discard' | 'max_msgs'): Rule =>
  ({ found, wanted }) =>
    wanted[field] === undefined || found[field] === wanted[field]
      ? undefined
      : { field, found: found[field], wanted: wanted[field], verdict: 'keep' };

const rules: readonly Rule[] = [
  mirror,
  seal,
  stored,
  receipt,
  room,
  kept('retention'),
  kept('storage'),
  kept('discard'),
  kept('max_msgs'),
  replicas,
  lasting('max_age', '--max-age'),
  lasting('duplicate_window', '--dupe-window'),
];

/** A stream is judged by what it does: which messages it keeps, and for how long. */
export function judgeStream(judged: Case): Difference[] {
  return rules.flatMap((rule) => rule(judged) ?? []);
}
