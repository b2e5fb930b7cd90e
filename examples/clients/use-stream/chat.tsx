/**
 * A conversation with an agent in React, in a page of its own: `npx esbuild chat.tsx --bundle --format=esm --outdir=. --servedir=.`
 * The worker allows it by CORS_ORIGINS. Its address and token, and the agent, come behind the `#` of the page's address,
 * which no browser sends anywhere: `#worker=http://localhost:8080&token=…&agent=painter`.
 * React, react-dom and @langchain/langgraph-sdk.
 */
import { useStream } from '@langchain/langgraph-sdk/react';
import type { Message } from '@langchain/langgraph-sdk';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

interface State extends Record<string, unknown> {
  readonly messages: Message[];
}

/** What an agent asks before it calls a tool (`interrupt_on`). */
interface Question {
  readonly actionRequests: readonly { readonly name: string; readonly args: object }[];
}

const place = new URLSearchParams(location.hash.slice(1));

/** Keeps the thread in the address, so that the conversation is there again when the page is. */
function remember(thread: string): void {
  place.set('thread', thread);
  history.replaceState(null, '', `#${place.toString()}`);
}

function Chat() {
  const [words, setWords] = useState('');
  const stream = useStream<State, { InterruptType: Question }>({
    apiUrl: place.get('worker') ?? 'http://localhost:8080',
    apiKey: place.get('token') ?? '',
    assistantId: place.get('agent') ?? 'agent',
    threadId: place.get('thread'),
    onThreadId: remember,
    messagesKey: 'messages',
    reconnectOnMount: true,
  });
  const { messages, interrupt, error } = stream;
  const asked = interrupt?.value?.actionRequests ?? [];
  const decide = (type: 'approve' | 'reject'): void => {
    const resume = { decisions: asked.map(() => ({ type })) };
    void stream.submit(undefined, { command: { resume } });
  };
  return (
    <>
      {messages.map(({ id, type, content }) => (
        <p key={id} className={type}>
          {typeof content === 'string' ? content : JSON.stringify(content)}
        </p>
      ))}
      {asked.map(({ name, args }) => (
        <p key={name} role="status">
          May it call {name} with {JSON.stringify(args)}?
        </p>
      ))}
      {asked.length > 0 && <button onClick={() => decide('approve')}>Approve</button>}
      {asked.length > 0 && <button onClick={() => decide('reject')}>Reject</button>}
      {error instanceof Error && <p role="alert">{error.message}</p>}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setWords('');
          void stream.submit({ messages: [{ type: 'human', content: words }] });
        }}
      >
        <input aria-label="Message" value={words} onChange={(event) => setWords(event.currentTarget.value)} />
        {stream.isLoading ? (
          <button type="button" onClick={() => void stream.stop()}>
            Stop
          </button>
        ) : (
          <button>Send</button>
        )}
      </form>
    </>
  );
}

const [main] = document.getElementsByTagName('main');
if (main)
  createRoot(main).render(
    <StrictMode>
      <Chat />
    </StrictMode>,
  );
