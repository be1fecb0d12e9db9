/** What stands in place of numbers, or above them: nothing loaded yet, nothing there yet, something went wrong. */
import type { Board } from '../board.ts';
import type { RangeName } from '../range.ts';
import { RANGE_TEXTS } from '../charts/view-props.ts';

/** The page's outline while the first answer is on its way. */
export function Skeleton() {
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">Loading</span>
      <div class="tiles" aria-hidden="true">
        {Array.from({ length: 6 }, (_, index) => (
          <div class="tile" key={index}>
            <i class="bone bone-line" />
            <i class="bone bone-value" />
            <i class="bone bone-line" />
          </div>
        ))}
      </div>
      <div class="grid" aria-hidden="true">
        {['calls', 'active', 'outcomes', 'success', 'sentiment', 'latest'].map((area) => (
          <div class={`card ${area}`} key={area}>
            <i class="bone bone-line" />
            <i class="bone bone-box" />
          </div>
        ))}
      </div>
    </div>
  );
}

/** Nothing could be loaded: the server's text, and another try. */
export function Failure({ text, board }: { text: string; board: Board }) {
  return (
    <section class="card notice" role="alert">
      <h2>The numbers could not be loaded</h2>
      <p>{text}</p>
      <p class="note">The page tries again by itself every few seconds.</p>
      <button type="button" class="strong" onClick={() => board.retry()}>
        Try again
      </button>
    </section>
  );
}

/** The numbers on show are the last that could be had. */
export function Trouble({ text, board }: { text: string; board: Board }) {
  return (
    <p class="trouble" role="status">
      <span>
        <b>Not refreshed:</b> {text}. What you see is the last known state.
      </span>
      <button type="button" class="quiet" onClick={() => board.retry()}>
        Try again
      </button>
    </p>
  );
}

/** No call in the range: where to look, and how to send the first one. */
export function NoCalls({ range, board }: { range: RangeName; board: Board }) {
  return (
    <section class="card notice" aria-labelledby="no-calls">
      <h2 id="no-calls">No calls in the {RANGE_TEXTS[range].toLowerCase()}</h2>
      {range !== '30d' && (
        <p>
          <button type="button" class="quiet" onClick={() => board.choose('30d')}>
            Look at the last 30 days
          </button>
        </p>
      )}
      <p>
        Calls appear here moments after a sender reports them. Point a webhook at the ingest address (port
        4001 unless you set another):
      </p>
      <dl class="senders">
        <dt>ElevenLabs</dt>
        <dd>
          <code>POST /webhooks/elevenlabs</code>
        </dd>
        <dt>Twilio</dt>
        <dd>
          <code>POST /webhooks/twilio</code>
        </dd>
        <dt>Any other system</dt>
        <dd>
          <code>POST /webhooks/standard</code> <span class="note">signed as Standard Webhooks asks</span>
        </dd>
      </dl>
      <p class="note">
        Each sender needs its secret in the ingest's settings; the README has a signed <code>curl</code> line
        to try. To see the page at work first, run <code>npm run demo</code>.
      </p>
    </section>
  );
}
