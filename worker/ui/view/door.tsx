import { useState } from 'preact/hooks';
import { keepToken, readToken } from '../api/token.ts';

/** Asks for the token of the worker, which stays in this tab. */
export function Door({ enter }: { readonly enter: () => void }) {
  const [token, setToken] = useState('');
  const wrong = readToken() !== '';
  return (
    <main class="door">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          keepToken(token.trim());
          enter();
        }}
      >
        <img src="ui/icon.svg" alt="" width="44" height="44" />
        <h1>This worker asks for a token</h1>
        <p class="quiet">It is the value of API_TOKEN, and stays in this tab until you close it.</p>
        <label class="field">
          <span>Token</span>
          <input
            type="password"
            autocomplete="off"
            autofocus
            required
            value={token}
            onInput={(event) => setToken(event.currentTarget.value)}
          />
        </label>
        {wrong && (
          <p class="trouble" role="alert">
            That token is not the one of this worker.
          </p>
        )}
        <button class="button main" type="submit">
          Enter
        </button>
      </form>
    </main>
  );
}
