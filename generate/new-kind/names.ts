import { folderOf } from '../xrds.ts';

/** What a kind is called, in all the places where it is called something. */
export interface KindNames {
  /** `ObjectBucket`. */
  readonly kind: string;
  /** `objectBucket`, of its constant. */
  readonly constant: string;
  /** `object-bucket`, of its folders. */
  readonly folder: string;
  /** `object bucket`, in sentences. */
  readonly words: string;
  readonly group: string;
  /** `objectbuckets`. */
  readonly plural: string;
  /** `obu`, in kubectl. */
  readonly short: string;
}

/** All names of a kind. Throws when it is not called as kinds of Kubernetes are. */
export function kindNamed(kind: string, group: string, short?: string): KindNames {
  if (!/^[A-Z][a-z]+([A-Z][a-z0-9]+)*$/.test(kind))
    throw new Error('expected words that begin with a capital, such as ObjectBucket');
  if (!/^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)+$/.test(group))
    throw new Error(`expected a group with a dot, such as storage.bizmatters.io, got ${group}`);
  const folder = folderOf(kind);
  const words = folder.replaceAll('-', ' ');
  return {
    kind,
    constant: `${kind.slice(0, 1).toLowerCase()}${kind.slice(1)}`,
    folder,
    words,
    group,
    plural: `${kind.toLowerCase().replace(/y$/, 'ie')}s`,
    short: short ?? shortened(words),
  };
}

/** Three letters, most of them of the first word. */
function shortened(words: string): string {
  const [first = '', ...others] = words.split(' ');
  const initials = others.map((word) => word.slice(0, 1)).join('');
  return `${first.slice(0, Math.max(1, 3 - initials.length))}${initials}`;
}
