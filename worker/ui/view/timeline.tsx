import { useEffect, useState } from 'preact/hooks';
import type { Story } from '../run/story.ts';
import { timeline } from '../run/timeline.ts';
import type { Bar, Lane } from '../run/timeline.ts';
import { duration } from './times.ts';

const WIDTH = 1_000;
const LANE = 26;
const BAR = 12;
const LEAST = 3;

/** The time of this moment, again and again while something runs. */
function useNow(running: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [running]);
  return running ? Math.max(now, Date.now()) : now;
}

/** A run as a picture: a line for each agent, a bar for each answer of a model and each call of a tool. */
export function Timeline({ story }: { readonly story: Story }) {
  const now = useNow(!story.ended);
  const picture = timeline(story, now);
  // The events of a run that is long over are not kept, and nobody knows when what happened.
  if (!picture || picture.milliseconds <= 0) return null;
  const { lanes, attempts, milliseconds } = picture;
  const height = lanes.length * LANE;
  return (
    <figure class="timeline">
      <div class="timeline-names">
        {lanes.map((lane, index) => (
          <span key={index} class={`depth-${Math.min(lane.depth, 3)}`}>
            {lane.node || 'agent'}
          </span>
        ))}
      </div>
      <svg
        viewBox={`0 0 ${WIDTH} ${height}`}
        preserveAspectRatio="none"
        height={height}
        role="img"
        aria-label={wordsOf(lanes)}
      >
        {attempts.map((at, index) => (
          <line key={index} class="timeline-attempt" x1={at * WIDTH} x2={at * WIDTH} y1={0} y2={height} />
        ))}
        {lanes.map((lane, row) =>
          lane.bars.map((bar) => <Rectangle key={`${row} ${bar.step.id}`} bar={bar} row={row} />),
        )}
      </svg>
      <figcaption>
        <span class="key model">model</span>
        <span class="key tool">tool</span>
        <span class="key handed">handed over</span>
        <span class="timeline-length">{duration(milliseconds)}</span>
      </figcaption>
    </figure>
  );
}

function Rectangle({ bar: { step, from, to, open }, row }: { readonly bar: Bar; readonly row: number }) {
  const kind = step.kind === 'said' ? 'model' : step.tool === 'task' ? 'handed' : 'tool';
  const bad = step.kind === 'tool' && (step.status === 'error' || step.status === 'lost');
  const name = step.kind === 'said' ? step.model || 'model' : step.tool;
  const took = step.endedAt === undefined ? 'not ended' : duration(step.endedAt - step.startedAt);
  return (
    <rect
      class={`bar ${kind}${bad ? ' bad' : ''}${open ? ' open' : ''}`}
      x={from * WIDTH}
      y={row * LANE + (LANE - BAR) / 2}
      width={Math.max(LEAST, (to - from) * WIDTH)}
      height={BAR}
      rx={3}
    >
      <title>{`${name}: ${took}`}</title>
    </rect>
  );
}

/** The picture in words. */
function wordsOf(lanes: readonly Lane[]): string {
  const told = lanes.map(({ node, bars }) => {
    const tools = bars.filter(({ step }) => step.kind === 'tool').length;
    return `${node || 'agent'}: ${bars.length - tools} answers, ${tools} tools`;
  });
  return `Time line. ${told.join('; ')}`;
}
