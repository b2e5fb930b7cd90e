import type { StreamConfig } from '@nats-io/jetstream';
import type { Difference } from './difference.ts';
import { storedSubjects } from './judge-stream.ts';
import { subjects } from './streams.ts';
import type { QueueNames } from './streams.ts';
import { includes } from './subject-patterns.ts';

/** Whether a server can keep a message under another subject than it came on: from 2.10 on. */
export function canTransform(version: string | undefined): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  return major > 2 || (major === 2 && minor >= 10);
}

/** What a stream of jobs has for answers: it keeps them as jobs, so that its consumer, and all that looks at it, stays as it is. */
export function forAnswers(
  { prefix }: Pick<QueueNames, 'prefix'>,
  own: readonly string[],
): Pick<StreamConfig, 'subjects' | 'subject_transform'> {
  const src = subjects.answers(prefix);
  const taken = own.some((subject) => includes(subject, src));
  return {
    subjects: taken ? [...own] : [...own, src],
    subject_transform: { src, dest: subjects.jobs(prefix).replace('*', '{{wildcard(1)}}') },
  };
}

/** What a stream that is there lacks for answers. One that is not ours alone, or makes something else of its subjects, stays as it is. */
export function lacksAnswers(
  names: Pick<QueueNames, 'prefix'>,
  found: StreamConfig,
  mayChange: boolean,
): Difference | undefined {
  const change = forAnswers(names, found.subjects);
  const { subject_transform: wanted } = change;
  const has = found.subject_transform;
  if (has?.src === wanted?.src && storedSubjects(found).includes(subjects.jobs(names.prefix)))
    return undefined;
  const difference = { field: 'subject_transform', found: has, wanted };
  return mayChange && has === undefined
    ? { ...difference, verdict: 'update', change }
    : { ...difference, verdict: 'keep' };
}
