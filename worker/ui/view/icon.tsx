const paths = {
  runs: 'M4 6h16M4 12h10M4 18h13',
  threads: 'M5 5h14v10H10l-5 4z',
  letters: 'M4 7h16v11H4zM4 7l8 6 8-6',
  start: 'M12 5v14M5 12h14',
  tool: 'M13 3L6 14h5l-1 7 8-11h-6z',
  hand: 'M5 12h11M12 7l5 5-5 5',
  file: 'M7 4h7l4 4v12H7zM14 4v4h4',
  attach: 'M8 12l5-5a3 3 0 014 4l-7 7a5 5 0 01-7-7l6-6',
  send: 'M5 12h13M12 6l6 6-6 6',
  retry: 'M19 12a7 7 0 11-2-5M19 4v4h-4',
  stop: 'M7 7h10v10H7z',
  close: 'M6 6l12 12M18 6L6 18',
  save: 'M12 5v9M8 11l4 4 4-4M5 19h14',
} as const;

export type IconName = keyof typeof paths;

/** A picture beside a word that says the same. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
