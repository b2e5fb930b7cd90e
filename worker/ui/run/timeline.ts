import type { Said, Step, Story, ToolCall } from './story.ts';

/** A bar of the picture: from and to are parts of the whole width, 0 to 1. */
export interface Bar {
  readonly step: Said | ToolCall;
  readonly from: number;
  readonly to: number;
  /** Whether it has not ended. */
  readonly open: boolean;
}

/** What one agent did on behalf of one call. */
export interface Lane {
  readonly node: string;
  /** How many hand-overs it is away from the orchestrator. */
  readonly depth: number;
  readonly bars: readonly Bar[];
}

export interface Timeline {
  readonly lanes: readonly Lane[];
  /** Where attempts begin, 0 to 1. */
  readonly attempts: readonly number[];
  readonly milliseconds: number;
}

/** The shortest time that the picture of a run that goes on shows, so that it is not all one bar at first. */
const LEAST_MS = 1_000;

function isDoing(step: Step): step is Said | ToolCall {
  return step.kind !== 'attempt';
}

/** A run as a picture. `now` counts for what has not ended. */
export function timeline(story: Story, now: number): Timeline | undefined {
  const doing = story.steps.filter(isDoing);
  const [first] = doing;
  if (!first) return undefined;
  const start = Math.min(...doing.map(({ startedAt }) => startedAt));
  const open = story.ended ? start : now;
  const end = Math.max(open, ...doing.map(({ startedAt, endedAt }) => endedAt ?? startedAt));
  const whole = Math.max(story.ended ? 1 : LEAST_MS, end - start);
  const at = (moment: number): number => Math.min(1, Math.max(0, (moment - start) / whole));
  const barOf = (step: Said | ToolCall): Bar => {
    const isOpen = step.endedAt === undefined && !story.ended;
    return { step, from: at(step.startedAt), to: at(step.endedAt ?? (isOpen ? now : end)), open: isOpen };
  };
  const calls = new Map(doing.flatMap((step) => (step.kind === 'tool' ? [[step.id, step] as const] : [])));
  const depthOf = (parent: string): number => {
    const call = calls.get(parent);
    return call === undefined ? 0 : 1 + depthOf(call.parent);
  };
  const lanes = [...Map.groupBy(doing, ({ parent }) => parent)].map(([parent, steps]): Lane => {
    const node = steps.find((step) => step.node !== '')?.node ?? '';
    return { node, depth: depthOf(parent), bars: steps.map(barOf) };
  });
  const attempts = story.steps.flatMap((step) => (step.kind === 'attempt' ? [at(step.startedAt)] : []));
  return { lanes, attempts, milliseconds: end - start };
}
