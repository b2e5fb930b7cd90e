import { useEffect, useState } from 'preact/hooks';

/** What the page shows. It stands in the address behind the `#`, so that it can be kept and sent to others. */
export type Place =
  | { readonly kind: 'runs'; readonly status: string; readonly text: string; readonly agent: string }
  | { readonly kind: 'run'; readonly jobId: string }
  | { readonly kind: 'threads'; readonly status: string }
  | { readonly kind: 'thread'; readonly threadId: string }
  | { readonly kind: 'letters' }
  | { readonly kind: 'start'; readonly agent: string };

function parsePlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [kind = '', ...rest] = path.split('/');
  const id = rest.map(decoded).join('/');
  const of = new URLSearchParams(query);
  const value = (name: string): string => of.get(name) ?? '';
  if (kind === 'runs' && id !== '') return { kind: 'run', jobId: id };
  if (kind === 'threads')
    return id === '' ? { kind, status: value('status') } : { kind: 'thread', threadId: id };
  if (kind === 'dead-letters') return { kind: 'letters' };
  if (kind === 'start') return { kind, agent: value('agent') };
  return { kind: 'runs', status: value('status'), text: value('text'), agent: value('agent') };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function withQuery(path: string, values: Readonly<Record<string, string>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== '');
  return given.length === 0 ? path : `${path}?${new URLSearchParams(Object.fromEntries(given)).toString()}`;
}

/** The address of a place. */
export function addressOf(place: Place): string {
  switch (place.kind) {
    case 'runs': {
      const { status, text, agent } = place;
      return withQuery('#/runs', { status, text, agent });
    }
    case 'run':
      return `#/runs/${encodeURIComponent(place.jobId)}`;
    case 'threads':
      return withQuery('#/threads', { status: place.status });
    case 'thread':
      return `#/threads/${encodeURIComponent(place.threadId)}`;
    case 'letters':
      return '#/dead-letters';
    case 'start':
      return withQuery('#/start', { agent: place.agent });
  }
}

export function go(place: Place): void {
  location.hash = addressOf(place);
}

/** Where the page is, now and after each step of the reader. */
export function usePlace(): Place {
  const [place, setPlace] = useState(() => parsePlace(location.hash));
  useEffect(() => {
    const moved = (): void => {
      setPlace(parsePlace(location.hash));
      scrollTo(0, 0);
    };
    addEventListener('hashchange', moved);
    return () => removeEventListener('hashchange', moved);
  }, []);
  return place;
}
