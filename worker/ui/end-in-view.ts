import { useEffect, useRef } from 'preact/hooks';
import type { RefObject } from 'preact';

/** How far from the end somebody may be, in pixels, who still reads the newest. */
const NEAR = 200;

/** Keeps the end of a conversation in view for whoever is there; who has scrolled up is left alone. `version` changes with it. */
export function useEndInView(version: number): RefObject<HTMLDivElement | null> {
  const end = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    const look = (): void => {
      const bottom = end.current?.getBoundingClientRect().bottom ?? 0;
      follows.current = bottom < innerHeight + NEAR;
    };
    addEventListener('scroll', look, { passive: true });
    return () => removeEventListener('scroll', look);
  }, []);
  useEffect(() => {
    if (follows.current) end.current?.scrollIntoView({ block: 'end' });
  }, [version]);
  return end;
}
