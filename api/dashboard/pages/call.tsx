/** One call: how it went, who said so, what was said, and every event behind it. */
import { useRef } from 'preact/hooks';
import { addressOn, hrefOf } from '../address.ts';
import { shownAtMs, useApp } from '../app.ts';
import { isActive, liveCall } from '../calls.ts';
import { loadCall, type WholeCall } from '../call-load.ts';
import { instantIn, textIn, textsIn } from '../fields.ts';
import { useFollowedCall } from '../followed-call.ts';
import { NOTHING, runningClock } from '../format.ts';
import { useLoaded } from '../loaded.ts';
import { wordFor } from '../wording.ts';
import { CallFacts } from './call-facts.tsx';
import { CallTimeline } from './call-timeline.tsx';
import { Marked } from './latest-calls.tsx';
import { Failure, Nothing, Skeleton, Trouble } from './notices.tsx';
import { Speech } from './speech.tsx';

/** The page. */
export function CallPage() {
  const { place } = useApp();
  const id = place.at.value.id ?? '';
  const loaded = useLoaded(`call ${id}`, (heard) => loadCall(id, heard), 'again');
  const speech = useFollowedCall(id, loaded.retry);
  if (loaded.value !== null)
    return (
      <>
        {loaded.trouble !== null && <Trouble text={loaded.trouble} retry={loaded.retry} />}
        <Whole whole={speech === null ? loaded.value : { ...loaded.value, ...speech }} />
      </>
    );
  if (loaded.status === 404)
    return (
      <Nothing title="No call is known by this id">
        <p>
          <bdi>{id}</bdi>
        </p>
        <p>
          <a href={hrefOf(addressOn(place.at.value, { page: 'calls' }))}>All calls</a>
        </p>
      </Nothing>
    );
  return loaded.trouble === null ? (
    <Skeleton kind="plain" />
  ) : (
    <Failure what="The call" text={loaded.trouble} retry={loaded.retry} />
  );
}

function Whole({ whole }: { whole: WholeCall }) {
  const audio = useRef<HTMLAudioElement>(null);
  return (
    <div class="call-page">
      <CallHead whole={whole} />
      <div class="call-grid">
        <div class="column">
          <Speech whole={whole} audio={audio} />
        </div>
        <div class="column">
          <CallFacts whole={whole} />
          <CallTimeline whole={whole} />
        </div>
      </div>
    </div>
  );
}

function CallHead({ whole: { call } }: { whole: WholeCall }) {
  const app = useApp();
  const { place, formats } = app;
  const shown = formats.value;
  const known = liveCall(call);
  const startedAtMs = instantIn(call, 'startedAt');
  const title = textIn(call, 'title') ?? known?.agent ?? textIn(call, 'callId') ?? '';
  const length =
    known !== null && isActive(known) && startedAtMs !== null
      ? runningClock(shownAtMs(app) - startedAtMs)
      : shown.length(known?.durationMs ?? null);
  return (
    <section class="card call-head" aria-labelledby="call-title">
      <p class="note">
        <a href={hrefOf(addressOn(place.at.value, { page: 'calls' }))}>Calls</a> /{' '}
        <bdi class="id">{textIn(call, 'callId')}</bdi>
      </p>
      <h2 id="call-title" dir="auto">
        {title}
      </h2>
      <dl class="marks">
        <Item name="Started">{startedAtMs === null ? NOTHING : shown.full(startedAtMs)}</Item>
        <Item name="Talk time">{length}</Item>
        <Item name="Connection">
          {wordFor(known !== null && isActive(known) ? known.status : textIn(call, 'connection')) ?? NOTHING}
        </Item>
        <Item name="Outcome">
          <Marked value={textIn(call, 'goal')} />
        </Item>
        <Item name="Sentiment">
          <Marked value={textIn(call, 'sentiment')} />
        </Item>
        <Item name="Told by">{textsIn(call.providers).join(', ') || NOTHING}</Item>
      </dl>
      {textIn(call, 'summary') !== null && (
        <p dir="auto" class="summary">
          {textIn(call, 'summary')}
        </p>
      )}
    </section>
  );
}

function Item({ name, children }: { name: string; children: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
