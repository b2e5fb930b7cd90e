import { useState } from 'preact/hooks';
import { useAsking, useDoing } from '../asking.ts';
import { listAgents } from '../api/agents.ts';
import { createThread, startRun } from '../api/threads.ts';
import { go } from '../place.ts';
import { asText, isObject } from '../run/json.ts';
import type { Json, JsonObject } from '../run/json.ts';
import { Composer } from './composer.tsx';
import { Trouble } from './trouble.tsx';

const TITLE = 80;

/** The first words of a message, by which its thread is found again. */
function titleOf(input: JsonObject): string {
  const words = /"text":"((?:[^"\\]|\\.)*)"|"content":"((?:[^"\\]|\\.)*)"/.exec(
    JSON.stringify(input['messages']),
  );
  const text = asText(JSON.parse(`"${words?.[1] ?? words?.[2] ?? ''}"`) as Json);
  return text.replaceAll(/\s+/g, ' ').slice(0, TITLE);
}

async function definitionIn(file: File): Promise<JsonObject> {
  const value = JSON.parse(await file.text()) as Json;
  if (!isObject(value)) throw new Error(`cannot read ${file.name}: expected an object in JSON`);
  return value;
}

/** Begins a conversation with an agent that the worker has, or with one that the reader brings along. */
export function Start({ agent }: { readonly agent: string }) {
  const { answer: agents, trouble } = useAsking('agents', listAgents);
  const [chosen, setChosen] = useState(agent);
  const [brought, setBrought] = useState<{ readonly name: string; readonly definition: JsonObject }>();
  const reading = useDoing();
  const id = brought ? '' : chosen || (agents?.[0]?.id ?? '');
  const start = async (input: JsonObject): Promise<void> => {
    const threadId = await createThread({ title: titleOf(input) });
    await startRun(threadId, {
      ...(brought ? { definition: brought.definition } : { assistant: id }),
      input,
    });
    go({ kind: 'thread', threadId });
  };
  return (
    <section class="start-page">
      <header class="head">
        <h1>New run</h1>
      </header>
      <Trouble of={trouble} />
      <div class="agents" role="radiogroup" aria-label="Agent">
        {agents?.map(({ id: each, name, description }) => (
          <label key={each} class="agent">
            <input
              type="radio"
              name="agent"
              checked={each === id}
              onChange={() => {
                setChosen(each);
                setBrought(undefined);
              }}
            />
            <span>{name}</span>
            {description !== '' && <small>{description}</small>}
          </label>
        ))}
        <label class="agent bring">
          <input
            type="file"
            accept=".json,application/json"
            onChange={(event) => {
              const [file] = event.currentTarget.files ?? [];
              if (file)
                reading.run(async () =>
                  setBrought({ name: file.name, definition: await definitionIn(file) }),
                );
            }}
          />
          <span>{brought ? brought.name : 'A definition from a file'}</span>
          <small>
            {brought ? asText(brought.definition['name']) : 'JSON, as a job would bring it along'}
          </small>
        </label>
      </div>
      <Trouble of={reading.trouble} />
      <Composer label="What should the agent do?" send={start} disabled={id === '' && !brought} />
    </section>
  );
}
