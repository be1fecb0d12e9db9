/** What stands in place of numbers, or above them: nothing loaded yet, nothing there, something went wrong. */
import { hrefOf, type Address } from '../address.ts';
import { useApp } from '../app.ts';
import { sliceText } from '../slice.ts';

/** The overview's cards below the first row, but for the latest calls, whose number nobody knows yet. */
export const BELOW = ['lengths', 'outcomes', 'success', 'sentiment', 'trend', 'heat', 'agents', 'campaigns'];

/** The outline of what is on its way: of the overview, or of any page. */
export function Skeleton({ kind }: { kind: 'overview' | 'plain' }) {
  if (kind === 'plain')
    return (
      <div class="card skeleton-plain" role="status">
        <span class="visually-hidden">Loading</span>
        {Array.from({ length: 8 }, (_, index) => (
          <i class="bone bone-row" key={index} aria-hidden="true" />
        ))}
      </div>
    );
  return (
    <div class="skeleton" role="status">
      <span class="visually-hidden">Loading</span>
      <dl class="tiles" aria-hidden="true">
        {Array.from({ length: 8 }, (_, index) => (
          <div class="tile" key={index}>
            <dt>{LINE}</dt>
            <dd class="value">{LINE}</dd>
            <dd class="note">{LINE}</dd>
          </div>
        ))}
      </dl>
      <div class="grid" aria-hidden="true">
        <SkeletonCards areas={['calls', 'strip', ...BELOW]} />
      </div>
    </div>
  );
}

/** As high as a line of the text it stands for, so that nothing moves when that comes. */
const LINE = <i class="bone bone-line" />;

/** Outlines of cards in the places of those that come. */
export function SkeletonCards({ areas }: { areas: readonly string[] }) {
  return (
    <>
      {areas.map((area) => (
        <div class={`card ${area}`} key={area} aria-hidden="true">
          <div class="card-head">
            <h2>{LINE}</h2>
            <span class="quiet bone-tool">&nbsp;</span>
          </div>
          <div class="legend">
            <span class="when">{LINE}</span>
            <span>{LINE}</span>
          </div>
          <i class="bone plot" />
        </div>
      ))}
    </>
  );
}

/** Nothing could be loaded: the server's text, and another try. */
export function Failure({ what, text, retry }: { what: string; text: string; retry: () => void }) {
  return (
    <section class="card notice" role="alert">
      <h2>{what} could not be loaded</h2>
      <p>{text}.</p>
      <p class="note">The page tries again by itself every few seconds.</p>
      <button type="button" class="strong" onClick={retry}>
        Try again
      </button>
    </section>
  );
}

/** What is on show is the last that could be had. */
export function Trouble({ text, retry }: { text: string; retry: () => void }) {
  return (
    <p class="trouble" role="status">
      <span>
        <b>Not refreshed:</b> {text}. What you see is the last known state.
      </span>
      <button type="button" class="quiet" onClick={retry}>
        Try again
      </button>
    </p>
  );
}

/** No call in a range: because of the slice, of the range, or because nobody has sent any. */
export function NoCalls({ because }: { because: string | null }) {
  const { place } = useApp();
  const address = place.at.value;
  if (because === 'filtered_out' && address.slice !== null)
    return (
      <Nothing title={`No calls for ${sliceText(address.slice)} in this range`}>
        <p>Other calls are there: the filter leaves none of them.</p>
        <Way to={{ ...address, slice: null }} text="Take the filter away" />
      </Nothing>
    );
  const isLongest = 'preset' in address.span && address.span.preset === '12m';
  return (
    <Nothing title="No calls in this range">
      {because === 'late' && <p>The views are still catching up with the log: calls may be on their way.</p>}
      {!isLongest && (
        <Way to={{ ...address, span: { preset: '12m' }, period: null }} text="Look at 12 months" />
      )}
      <HowToConnect />
    </Nothing>
  );
}

/** A card that says why there is nothing. */
export function Nothing({ title, children }: { title: string; children?: preact.ComponentChildren }) {
  return (
    <section class="card notice nothing" aria-label={title}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Way({ to, text }: { to: Address; text: string }) {
  return (
    <p>
      <a class="quiet" href={hrefOf(to)}>
        {text}
      </a>
    </p>
  );
}

function HowToConnect() {
  const senders = [
    ['ElevenLabs', '/webhooks/elevenlabs'],
    ['Twilio', '/webhooks/twilio'],
    ['Retell', '/webhooks/retell'],
    ['Vapi', '/webhooks/vapi'],
    ['Any other system', '/webhooks/standard'],
  ] as const;
  return (
    <>
      <p>
        Calls appear here moments after a sender reports them. Point a webhook at the ingest address (port
        4001 unless you set another):
      </p>
      <dl class="senders">
        {senders.map(([name, path]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <code>POST {path}</code>
            </dd>
          </div>
        ))}
      </dl>
      <p class="note">
        Each sender needs its secret in the ingest&rsquo;s settings; the README has a signed <code>curl</code>{' '}
        line to try. To see the page at work first, run <code>npm run demo</code>.
      </p>
    </>
  );
}
