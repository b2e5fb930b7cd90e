import { useState } from 'preact/hooks';
import { useDoing } from '../asking.ts';
import { answerTo } from '../run/asking.ts';
import type { Decision, DecisionKind, Question, Request } from '../run/asking.ts';
import type { Json, JsonObject } from '../run/json.ts';
import { Content, Data } from './content.tsx';
import { Trouble } from './trouble.tsx';

/** What a person has put down about one call, before it is sent. */
interface Draft {
  readonly kind: DecisionKind;
  readonly args: string;
  readonly message: string;
}

const words: Readonly<Record<DecisionKind, string>> = {
  approve: 'Approve',
  edit: 'Edit',
  reject: 'Reject, or answer',
};

function draftOf({ allowed, args }: Request): Draft {
  return { kind: allowed[0] ?? 'reject', args: JSON.stringify(args, undefined, 2), message: '' };
}

/** Throws, in words, when the arguments that were edited are no JSON object. */
function decisionOf({ kind, args, message }: Draft): Decision {
  if (kind === 'approve') return { type: 'approve' };
  if (kind === 'reject') return { type: 'reject', message: message.trim() };
  let edited: unknown;
  try {
    edited = JSON.parse(args);
  } catch (error) {
    throw new Error(`cannot read the arguments: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof edited === 'object' && edited !== null && !Array.isArray(edited))
    return { type: 'edit', args: edited as JsonObject };
  throw new Error('cannot read the arguments: expected an object in JSON');
}

/** Asks a person about what a run has stopped for, and hands the answer on. */
export function Decide({
  questions,
  answer,
}: {
  readonly questions: readonly Question[];
  readonly answer: (resume: Json) => Promise<void>;
}) {
  const [drafts, setDrafts] = useState(() => questions.map(({ requests }) => requests.map(draftOf)));
  const [free, setFree] = useState(() => questions.map(() => ''));
  const doing = useDoing();
  const set = (at: number, index: number, draft: Draft): void =>
    setDrafts((all) => all.map((some, here) => (here === at ? some.with(index, draft) : some)));
  const submit = (): void =>
    doing.run(async () => {
      const decided = questions.map(({ requests }, at) =>
        requests.length === 0 ? (free[at] ?? '') : (drafts[at] ?? []).map(decisionOf),
      );
      await answer(answerTo(questions, decided));
    });
  return (
    <form
      class="decide"
      aria-label="What the agent asks you"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <h2>The agent asks you</h2>
      {questions.map((question, at) =>
        question.requests.length === 0 ? (
          <label key={question.id} class="field">
            <Content of={question.value} />
            <textarea
              rows={3}
              value={free[at]}
              onInput={({ currentTarget: { value } }) => setFree((all) => all.with(at, value))}
            />
          </label>
        ) : (
          question.requests.map((request, index) => (
            <Ask
              key={`${question.id} ${index}`}
              name={`${question.id} ${index}`}
              request={request}
              draft={drafts[at]?.[index] ?? draftOf(request)}
              set={(draft) => set(at, index, draft)}
            />
          ))
        ),
      )}
      <Trouble of={doing.trouble} />
      <button class="button main" type="submit" disabled={doing.busy}>
        Send the answer
      </button>
    </form>
  );
}

function Ask({
  name,
  request,
  draft,
  set,
}: {
  readonly name: string;
  readonly request: Request;
  readonly draft: Draft;
  readonly set: (draft: Draft) => void;
}) {
  return (
    <fieldset class="ask">
      <legend>
        May it call <code>{request.tool}</code>?
      </legend>
      {draft.kind !== 'edit' && <Data value={request.args} />}
      <div class="chips">
        {request.allowed.map((kind) => (
          <label key={kind} class="chip">
            <input
              type="radio"
              name={name}
              checked={draft.kind === kind}
              onChange={() => set({ ...draft, kind })}
            />
            {words[kind]}
          </label>
        ))}
      </div>
      {draft.kind === 'edit' && (
        <label class="field">
          <span>With these arguments instead</span>
          <textarea
            class="code-area"
            rows={6}
            spellcheck={false}
            value={draft.args}
            onInput={(event) => set({ ...draft, args: event.currentTarget.value })}
          />
        </label>
      )}
      {draft.kind === 'reject' && (
        <label class="field">
          <span>What the agent is told instead of an answer of the tool</span>
          <textarea
            rows={2}
            value={draft.message}
            onInput={(event) => set({ ...draft, message: event.currentTarget.value })}
          />
        </label>
      )}
    </fieldset>
  );
}
