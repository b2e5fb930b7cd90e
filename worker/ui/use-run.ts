import { useEffect, useReducer, useRef, useState } from 'preact/hooks';
import { follow } from './api/follow.ts';
import { readJob, readRequest, readState } from './api/jobs.ts';
import type { Asked, Job } from './api/jobs.ts';
import { useAsking } from './asking.ts';
import { isCut } from './run/content.ts';
import { eventsFrom, sinceAsked } from './run/from-messages.ts';
import { asList, asObject, asText } from './run/json.ts';
import type { Json, JsonObject } from './run/json.ts';
import { Story } from './run/story.ts';

/** A run as it goes. */
export interface Run {
  readonly job: Job | undefined;
  readonly asked: Asked | undefined;
  readonly story: Story;
  /** The files of the agent, whole once the run is through. */
  readonly files: JsonObject;
  /** Why nothing is heard at the moment. */
  readonly lost: string;
  readonly trouble: string;
  /** Looks at the job again, and follows it again if it has ended. */
  readonly again: () => void;
}

const LOOK_MS = 2_500;
/** Texts grow by many small pieces: they are drawn this often at most. */
const DRAW_MS = 60;

export function useRun(jobId: string): Run {
  const [round, setRound] = useState(0);
  const story = useRef(new Story());
  const [, draw] = useReducer((drawn: number) => drawn + 1, 0);
  const [lost, setLost] = useState('');
  const [trouble, setTrouble] = useState('');
  const [state, setState] = useState<JsonObject>();
  const job = useAsking(`${jobId} ${round}`, (signal) => readJob(jobId, signal), LOOK_MS);
  const asked = useAsking(jobId, (signal) => readRequest(jobId, signal));
  const known = useRef<Job | undefined>(undefined);
  known.current = job.answer ?? (known.current?.jobId === jobId ? known.current : undefined);

  useEffect(() => {
    const stop = new AbortController();
    const told = new Story();
    story.current = told;
    let due: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      due ??= setTimeout(() => {
        due = undefined;
        draw(undefined);
      }, DRAW_MS);
    };
    const complete = async (): Promise<void> => {
      const whole = await readState(jobId, stop.signal);
      fill(told, asObject(whole['values']));
      setState(whole);
      soon();
    };
    setTrouble('');
    follow(
      jobId,
      {
        heard(events) {
          for (const event of events) told.apply(event);
          soon();
          if (told.ended) void complete().catch(() => {});
        },
        lost: (why) => setLost(why ?? ''),
      },
      stop.signal,
    ).catch((error: unknown) => setTrouble(error instanceof Error ? error.message : String(error)));
    return () => {
      stop.abort();
      clearTimeout(due);
    };
  }, [jobId, round]);

  const whole = asObject(asObject(state?.['values'])['files']);
  return {
    job: known.current,
    asked: asked.answer,
    story: story.current,
    files: story.current.ended && state ? whole : story.current.files,
    lost,
    trouble: trouble || (known.current ? '' : job.trouble),
    again: () => setRound((last) => last + 1),
  };
}

/** Puts into a story what its events have cut, or do not have any more. */
function fill(story: Story, values: JsonObject): void {
  const messages = asList(values['messages']);
  if (!story.steps.some((step) => step.kind !== 'attempt'))
    for (const event of eventsFrom(sinceAsked(messages), '')) story.apply(event);
  const outputs = new Map<string, Json>(
    messages
      .map(asObject)
      .flatMap(({ type, tool_call_id, content = null }) =>
        type === 'tool' ? [[asText(tool_call_id), content] as const] : [],
      ),
  );
  for (const step of story.steps) {
    const output = step.kind === 'tool' && isCut(step.output) ? outputs.get(step.id) : undefined;
    if (step.kind === 'tool' && output !== undefined) step.output = output;
  }
  story.ended = true;
}
