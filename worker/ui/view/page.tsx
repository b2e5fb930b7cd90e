import { useEffect, useState } from 'preact/hooks';
import { whenUnauthorized } from '../api/request.ts';
import { usePlace } from '../place.ts';
import type { Place } from '../place.ts';
import { DeadLetters } from './dead-letters.tsx';
import { Door } from './door.tsx';
import { Navigation } from './navigation.tsx';
import { RunPage } from './run-page.tsx';
import { Runs } from './runs.tsx';
import { Start } from './start.tsx';
import { ThreadPage } from './thread-page.tsx';
import { Threads } from './threads.tsx';

function Shown({ place }: { readonly place: Place }) {
  switch (place.kind) {
    case 'runs':
      return <Runs filter={place} />;
    case 'run':
      return <RunPage key={place.jobId} jobId={place.jobId} />;
    case 'threads':
      return <Threads status={place.status} />;
    case 'thread':
      return <ThreadPage key={place.threadId} threadId={place.threadId} />;
    case 'letters':
      return <DeadLetters />;
    case 'start':
      return <Start agent={place.agent} />;
  }
}

/** The whole page: where one can go, and where one is. */
export function Page() {
  const place = usePlace();
  const [locked, setLocked] = useState(false);
  const [entered, setEntered] = useState(0);
  useEffect(() => whenUnauthorized(() => setLocked(true)), []);
  if (locked)
    return (
      <Door
        enter={() => {
          setLocked(false);
          setEntered((times) => times + 1);
        }}
      />
    );
  return (
    <div class="page" key={entered}>
      <a
        class="skip"
        href="#main"
        onClick={(event) => (event.preventDefault(), document.getElementById('main')?.focus())}
      >
        Skip to the content
      </a>
      <Navigation place={place} />
      <main id="main" tabIndex={-1}>
        <Shown place={place} />
      </main>
    </div>
  );
}
