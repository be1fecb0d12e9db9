/** A write that the reader asks for: busy while it lasts, and what the server says no with, put so that it helps. */
import { useState } from 'preact/hooks';
import { RefusedError, textOf } from '../request.ts';

/** How a write goes. */
export type Write = {
  isBusy: boolean;
  trouble: string | null;
  run: (write: () => Promise<unknown>) => void;
  /** The server's no is of no account any more. */
  forget: () => void;
};

/** The server's words where a key is another campaign's: the one no that is not about the state on show. */
const KEY_TAKEN = 'Another campaign has this key';

/** Runs writes one at a time; `after` is called when one was done, or when the page shows an older state than the server has. */
export function useWrite(after: () => void): Write {
  const [isBusy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const run = (write: () => Promise<unknown>): void => {
    if (isBusy) return;
    setBusy(true);
    setTrouble(null);
    write()
      .then(after, (error: unknown) => {
        setTrouble(wordsFor(error));
        if (error instanceof RefusedError && (error.status === 412 || error.status === 409)) after();
      })
      .finally(() => setBusy(false));
  };
  return { isBusy, trouble, run, forget: () => setTrouble(null) };
}

function wordsFor(error: unknown): string {
  const text = textOf(error);
  if (!(error instanceof RefusedError)) return text;
  switch (error.status) {
    case 401:
      return `${text}. Sign in with a key that has the scope campaigns.`;
    case 403:
      return `${text}. Changing campaigns needs a key with the scope campaigns.`;
    case 409:
      return text === KEY_TAKEN
        ? `${text}: nothing was saved. Give it another key, or open the campaign that has this one.`
        : `${text}: nothing was changed. The campaign is shown as it is now.`;
    case 412:
      return 'Somebody else has changed this campaign meanwhile. It is shown as it is now: look at it, and do it again if it still fits.';
    default:
      return text;
  }
}

/** The server's no. */
export function WriteTrouble({ text }: { text: string | null }) {
  return text === null ? null : (
    <p class="bad" role="alert">
      {text}
    </p>
  );
}
