import { addressOf } from '../place.ts';
import type { Place } from '../place.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';

const EVERYTHING = { status: '', text: '', agent: '' } as const;

const places: readonly {
  readonly name: string;
  readonly icon: IconName;
  readonly place: Place;
  readonly also: string;
}[] = [
  { name: 'Runs', icon: 'runs', place: { kind: 'runs', ...EVERYTHING }, also: 'run' },
  { name: 'Threads', icon: 'threads', place: { kind: 'threads', status: '' }, also: 'thread' },
  { name: 'Dead letters', icon: 'letters', place: { kind: 'letters' }, also: '' },
];

/** Where one can go. */
export function Navigation({ place }: { readonly place: Place }) {
  return (
    <nav class="navigation" aria-label="Pages">
      <a class="brand" href="#/runs">
        <img src="ui/icon.svg" alt="" width="26" height="26" />
        <span>Agents</span>
      </a>
      {places.map(({ name, icon, place: target, also }) => (
        <a
          key={name}
          href={addressOf(target)}
          aria-current={place.kind === target.kind || place.kind === also ? 'page' : undefined}
        >
          <Icon name={icon} />
          <span>{name}</span>
        </a>
      ))}
      <a class="begin" href="#/start" aria-current={place.kind === 'start' ? 'page' : undefined}>
        <Icon name="start" />
        <span>New run</span>
      </a>
    </nav>
  );
}
