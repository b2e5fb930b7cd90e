import { useState } from 'preact/hooks';
import { useAsking, useDoing } from '../asking.ts';
import { listLetters, replay } from '../api/dead-letters.ts';
import type { DeadLetter } from '../api/dead-letters.ts';
import { addressOf } from '../place.ts';
import { Icon } from './icon.tsx';
import { ago } from './times.ts';
import { Trouble } from './trouble.tsx';

/** Messages that were put aside, the oldest first, each with a way back. */
export function DeadLetters() {
  const [from, setFrom] = useState(1);
  const [done, setDone] = useState('');
  const { answer, trouble, again } = useAsking(String(from), (signal) => listLetters(from, signal), 5_000);
  return (
    <section class="list-page">
      <header class="head">
        <h1>Dead letters</h1>
      </header>
      <p class="quiet">
        Messages that could not become a run, and runs that failed for good. Replaying one retries its run, or
        publishes the message again.
      </p>
      <Trouble of={trouble} />
      <p class="done" role="status">
        {done}
      </p>
      {answer?.letters.length === 0 && <p class="nothing">Nothing was put aside.</p>}
      <ul class="letters">
        {answer?.letters.map((letter) => (
          <Letter
            key={letter.number}
            letter={letter}
            told={(words) => {
              setDone(words);
              again();
            }}
          />
        ))}
      </ul>
      {answer?.next !== undefined && (
        <button class="button" type="button" onClick={() => setFrom(answer.next ?? 1)}>
          Show later ones
        </button>
      )}
    </section>
  );
}

function Letter({ letter, told }: { readonly letter: DeadLetter; readonly told: (words: string) => void }) {
  const { number, at, jobId, code, reason, subject, body } = letter;
  const replaying = useDoing();
  return (
    <li class="letter">
      <header>
        <span class="letter-number">{number}</span>
        <code class="code bad">{code}</code>
        <time dateTime={at}>{ago(at, Date.now())}</time>
        <button
          class="button"
          type="button"
          disabled={replaying.busy}
          onClick={() => replaying.run(async () => told(`${number}: ${await replay(number)}`))}
        >
          <Icon name="retry" /> Replay
        </button>
      </header>
      <p>{reason}</p>
      <Trouble of={replaying.trouble} />
      <details>
        <summary>
          The message, from <code>{subject}</code>
        </summary>
        <pre>{body}</pre>
      </details>
      {jobId !== '' && <a href={addressOf({ kind: 'run', jobId })}>Run {jobId}</a>}
    </li>
  );
}
