import { piecesOf } from '../run/content.ts';
import { asObject, asText } from '../run/json.ts';
import type { Attempt, Said, Step, Story, ToolCall } from '../run/story.ts';
import { Content, Data } from './content.tsx';
import { Icon } from './icon.tsx';
import { duration } from './times.ts';

/** What an agent did, in order; the work of another that it handed a task to stands within the call that did so. */
export function Steps({ story, parent = '' }: { readonly story: Story; readonly parent?: string }) {
  return (
    <ol class={parent === '' ? 'steps' : 'steps below'}>
      {story.stepsOf(parent).map((step, index) => (
        <OneStep
          key={`${step.kind} ${step.kind === 'attempt' ? index : step.id}`}
          step={step}
          story={story}
        />
      ))}
    </ol>
  );
}

function OneStep({ step, story }: { readonly step: Step; readonly story: Story }) {
  switch (step.kind) {
    case 'said':
      return <Answer said={step} over={story.ended} />;
    case 'tool':
      return <Call call={step} story={story} />;
    case 'attempt':
      return <Again attempt={step} />;
  }
}

function Answer({ said, over }: { readonly said: Said; readonly over: boolean }) {
  if (said.text === '') return null;
  const isWriting = said.endedAt === undefined && !over;
  return (
    <li class={isWriting ? 'said writing' : 'said'}>
      <Content of={said.text} />
    </li>
  );
}

function Again({ attempt: { number, after } }: { readonly attempt: Attempt }) {
  return (
    <li class="again">
      <span>
        Attempt {number}
        {after === '' ? ', on another worker' : ', after '}
        {after !== '' && <code>{after}</code>}
      </span>
    </li>
  );
}

const statusWords = {
  running: 'running',
  success: 'done',
  error: 'failed',
  lost: 'lost with its attempt',
} as const;

function Call({ call, story }: { readonly call: ToolCall; readonly story: Story }) {
  const { id, tool, input, output, status, startedAt, endedAt } = call;
  const below = story.stepsOf(id).length > 0;
  const isHandOver = tool === 'task';
  const isRunning = status === 'running' && !story.ended;
  const hasPicture = piecesOf(output).some(({ kind }) => kind === 'picture');
  const { subagent_type, description } = asObject(input);
  return (
    <li class={`call ${status === 'running' && !isRunning ? 'idle' : status}`}>
      <details open={isHandOver || hasPicture || status === 'error'}>
        <summary>
          <Icon name={isHandOver ? 'hand' : 'tool'} />
          <span class="call-name">{isHandOver ? asText(subagent_type) || 'task' : tool}</span>
          <span class="call-gist">{isHandOver ? asText(description) : gistOf(call)}</span>
          <span class="call-status">
            {status === 'running' && !isRunning ? 'not run' : statusWords[status]}
            {endedAt !== undefined &&
              startedAt > 0 &&
              status !== 'lost' &&
              ` · ${duration(endedAt - startedAt)}`}
          </span>
        </summary>
        {!isHandOver && (
          <div class="call-part">
            <h3>Asked</h3>
            <Data value={input} />
          </div>
        )}
        {below && <Steps story={story} parent={id} />}
        {output !== null && !(isHandOver && below) && (
          <div class="call-part">
            <h3>Answered</h3>
            <Content of={output} plain />
          </div>
        )}
      </details>
    </li>
  );
}

const GIST = 80;

/** The first words of what a tool was asked; lists and objects are there to be opened. */
function gistOf({ input }: ToolCall): string {
  const values = Object.values(asObject(input)).flatMap((value) =>
    typeof value === 'object' ? [] : [String(value)],
  );
  const text = values.join(', ').replaceAll(/\s+/g, ' ');
  return text.length > GIST ? `${text.slice(0, GIST)}…` : text;
}
