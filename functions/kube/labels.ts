import type { Problem } from '../composition/contract.ts';

/**
 * Keys of labels and annotations that the API server would refuse: a name of at most 63 characters, after a DNS name and a
 * slash if it belongs to somebody.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
 */
export function checkKeys(path: string, entries: Readonly<Record<string, string>> = {}): Problem[] {
  return Object.keys(entries)
    .filter((key) => !isKey(key))
    .map((key) => ({
      path: `${path}.${key}`,
      message: 'is no key of a label, such as app or example.org/app',
    }));
}

/** The same, and values that the API server would refuse in a label or a selector of labels. */
export function checkLabels(path: string, entries: Readonly<Record<string, string>> = {}): Problem[] {
  const values = Object.entries(entries)
    .filter(([, value]) => value !== '' && !isName(value))
    .map(([key, value]) => ({
      path: `${path}.${key}`,
      message: `${JSON.stringify(value)} is no value of a label: at most 63 letters, digits, - _ and ., the first and last a letter or digit`,
    }));
  return [...checkKeys(path, entries), ...values];
}

function isKey(key: string): boolean {
  const [name = '', prefix, ...more] = key.split('/').reverse();
  return isName(name) && more.length === 0 && (prefix === undefined || isSubdomain(prefix));
}

function isName(text: string): boolean {
  return text.length <= 63 && /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(text);
}

function isSubdomain(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text);
}
