import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

/** What was asked of the worker: the answer once there is one, and why there is none or no newer one. */
export interface Asking<T> {
  readonly answer: T | undefined;
  readonly trouble: string;
  /** Asks at once. */
  readonly again: () => void;
}

/**
 * Asks when what is asked changes (`key`), and every so many milliseconds while somebody looks; 0 for once. What is on its way
 * when the question changes is given up.
 */
export function useAsking<T>(key: string, ask: (signal: AbortSignal) => Promise<T>, everyMs = 0): Asking<T> {
  const [state, setState] = useState<{ key: string; answer: T | undefined; trouble: string }>({
    key,
    answer: undefined,
    trouble: '',
  });
  const [round, setRound] = useState(0);
  const question = useRef(ask);
  question.current = ask;
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const once = async (): Promise<void> => {
      try {
        if (!document.hidden) {
          const answer = await question.current(stop.signal);
          if (!stop.signal.aborted) setState({ key, answer, trouble: '' });
        }
      } catch (error) {
        if (stop.signal.aborted) return;
        const trouble = error instanceof Error ? error.message : String(error);
        setState((last) => ({ key, answer: last.key === key ? last.answer : undefined, trouble }));
      }
      if (everyMs > 0 && !stop.signal.aborted) timer = setTimeout(() => void once(), everyMs);
    };
    void once();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [key, round, everyMs]);
  const again = useCallback(() => setRound((last) => last + 1), []);
  const isCurrent = state.key === key;
  return {
    answer: isCurrent ? state.answer : undefined,
    trouble: isCurrent ? state.trouble : '',
    again,
  };
}

/** Something that a person has the worker do: whether it is being done, and why it could not be. */
export interface Doing {
  readonly busy: boolean;
  readonly trouble: string;
  readonly run: (work: () => Promise<unknown>) => void;
}

export function useDoing(): Doing {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState('');
  const run = (work: () => Promise<unknown>): void => {
    setBusy(true);
    setTrouble('');
    work()
      .catch((error: unknown) => setTrouble(error instanceof Error ? error.message : String(error)))
      .finally(() => setBusy(false));
  };
  return { busy, trouble, run };
}
