/** Where keys are needed: the reader gives one, the server turns it into a cookie that scripts cannot read. */
import { useState } from 'preact/hooks';
import { useApp } from '../app.ts';
import { request, textOf } from '../request.ts';

/** The form. */
export function SignIn() {
  const app = useApp();
  const [key, setKey] = useState('');
  const [trouble, setTrouble] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const signIn = async (): Promise<void> => {
    setBusy(true);
    try {
      await request('/api/session', { method: 'post', json: { key: key.trim() } });
      app.keyWanted.value = false;
      app.live.reconnect();
    } catch (error) {
      setTrouble(textOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="card notice sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        void signIn();
      }}
    >
      <h2>Sign in</h2>
      <p>These numbers are shown to holders of a key. Whoever runs this server makes one:</p>
      <p>
        <code>npm run job -- create-api-key --name my-dashboard --scopes read</code>
      </p>
      <label class="wide">
        <span>Key</span>
        <input
          type="password"
          name="key"
          autocomplete="current-password"
          placeholder="cv_…"
          required
          value={key}
          onInput={({ currentTarget }) => setKey(currentTarget.value)}
        />
      </label>
      {trouble !== null && (
        <p class="bad" role="alert">
          {trouble}
        </p>
      )}
      <button type="submit" class="strong" disabled={isBusy}>
        Sign in
      </button>
    </form>
  );
}
