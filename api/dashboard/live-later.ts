/** The page's socket, fetched and opened after the first look: until then the page shows what GET answered, and asks of the socket wait. */
import type { Live, LiveListener, openLive } from './live.ts';

/** As often as the socket itself tries to come back. */
const AGAIN_AFTER_MS = 3_000;

/**
 * Opens the socket later.
 * @param listener who is told
 * @param after when
 * @returns what the page asks of it, from now on
 */
export function openLiveLater(listener: LiveListener, after: Promise<void>): Live {
  const opened = after.then(() => fetched(listener)).then((part) => part.openLive(listener));
  const ask = (act: (live: Live) => void): void => void opened.then(act);
  return {
    follow: (slice) => ask((live) => live.follow(slice)),
    askActive: () => ask((live) => live.askActive()),
    followCall(callId, told) {
      let end: (() => void) | null = null;
      let isEnded = false;
      ask((live) => {
        if (!isEnded) end = live.followCall(callId, told);
      });
      return () => {
        isEnded = true;
        end?.();
      };
    },
    reconnect: () => ask((live) => live.reconnect()),
  };
}

/** Tries until it can be had: a page without its socket is as one that lost it. */
async function fetched(listener: LiveListener): Promise<{ openLive: typeof openLive }> {
  for (;;) {
    try {
      return await import('./live.ts');
    } catch {
      listener.onConnection('reconnecting');
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
    }
  }
}
