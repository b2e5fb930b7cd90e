import { answerWords } from '../run/asking.ts';
import { asObject } from '../run/json.ts';
import type { Json } from '../run/json.ts';
import type { Run } from '../use-run.ts';
import { Content } from './content.tsx';
import { Steps } from './steps.tsx';
import { Trouble } from './trouble.tsx';

/** What a person said. */
export function Asked({ messages }: { readonly messages: readonly Json[] }) {
  return (
    <>
      {messages.map((message, index) => (
        <div key={index} class="asked">
          <Content of={asObject(message)['content'] ?? null} />
        </div>
      ))}
    </>
  );
}

/** A run from what it was asked to what came of it. */
export function RunBody({ run }: { readonly run: Run }) {
  const { asked, job, story, lost, trouble } = run;
  const error =
    story.error ?? (job?.status === 'failed' ? { code: job.code, message: job.message } : undefined);
  const isWaiting = job?.status === 'queued' && story.steps.length === 0;
  return (
    <div class="conversation" aria-live="polite" aria-busy={!story.ended}>
      {asked && <Asked messages={asked.messages} />}
      {asked?.resume !== undefined && (
        <div class="asked">
          <Content of={answerWords(asked.resume)} />
        </div>
      )}
      <Steps story={story} />
      {isWaiting && <p class="quiet working">Waiting for a worker</p>}
      {job?.status === 'running' && !story.ended && <p class="quiet working">Working</p>}
      {lost !== '' && <p class="quiet">Nothing is heard at the moment, and it is tried again: {lost}</p>}
      <Trouble of={trouble} />
      {error && job?.status !== 'running' && job?.status !== 'completed' && (
        <div class="failure" role="alert">
          <code class="code bad">{error.code}</code>
          <p>{error.message}</p>
        </div>
      )}
    </div>
  );
}
