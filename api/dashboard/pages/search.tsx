/** Search through all that was said: words, by whom, in which range; each hit leads into its call. */
import { useEffect, useState } from 'preact/hooks';
import { addressOn, addressWith, hrefOf } from '../address.ts';
import { useApp } from '../app.ts';
import { runningClock } from '../format.ts';
import { useLoaded } from '../loaded.ts';
import { askedBy } from '../range.ts';
import { textOf } from '../request.ts';
import { searchFor, type FoundTurn, type Hit, type HitPage } from '../search-load.ts';
import { MarkedText } from './marked-text.tsx';
import { Failure, Nothing, Skeleton } from './notices.tsx';
import { Toolbar } from './toolbar.tsx';

const SPEAKERS = [
  ['', 'anybody'],
  ['caller', 'the caller'],
  ['agent', 'the agent'],
] as const;

/** The page. */
export function SearchPage() {
  const { place } = useApp();
  const address = place.at.value;
  const [typed, setTyped] = useState(address.more.q ?? '');
  useEffect(() => setTyped(address.more.q ?? ''), [address.more.q]);
  return (
    <>
      <form
        class="search-form"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          place.go(addressWith(address, { q: typed.trim() }));
        }}
      >
        <input
          type="search"
          aria-label="Words that were said"
          placeholder="Words that were said"
          maxLength={200}
          value={typed}
          onInput={({ currentTarget }) => setTyped(currentTarget.value)}
        />
        <label class="field">
          <span>by</span>
          <select
            value={address.more.speaker ?? ''}
            onChange={({ currentTarget }) => place.go(addressWith(address, { speaker: currentTarget.value }))}
          >
            {SPEAKERS.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="strong">
          Search
        </button>
      </form>
      <Toolbar tools="range" />
      {(address.more.q ?? '') === '' ? (
        <Nothing title="What was said?">
          <p>Type words: calls whose transcripts hold all of them are listed, the newest first.</p>
        </Nothing>
      ) : (
        <Hits />
      )}
    </>
  );
}

function Hits() {
  const app = useApp();
  const address = app.place.at.value;
  const { q, speaker } = address.more;
  const { startDate, endDate, timeZone } = askedBy(address, app.clock.now(), app.readerZone);
  const query = { q, speaker, startDate, endDate, timeZone };
  const key = JSON.stringify(['search', q, speaker, address.span, address.zone]);
  const first = useLoaded(key, (heard) => searchFor(query, null, heard), 'once');
  const [more, setMore] = useState<{ of: HitPage | null; pages: HitPage[]; trouble: string | null }>({
    ...{ of: null, pages: [], trouble: null },
  });
  if (first.value === null) {
    if (first.trouble === null) return <Skeleton kind="plain" />;
    return first.status !== null && first.status < 500 ? (
      <Nothing title="This cannot be searched">
        <p>{first.trouble}.</p>
      </Nothing>
    ) : (
      <Failure what="The hits" text={first.trouble} retry={first.retry} />
    );
  }
  const further = more.of === first.value ? more.pages : [];
  const pages = [first.value, ...further];
  const hits = pages.flatMap((page) => page.hits);
  const next = pages.at(-1)?.nextCursor ?? null;
  const goOn = (cursor: string): void => {
    searchFor(query, cursor, app.heard).then(
      (page) => setMore({ of: first.value, pages: [...further, page], trouble: null }),
      (error: unknown) => setMore({ of: first.value, pages: further, trouble: textOf(error) }),
    );
  };
  if (hits.length === 0 && next === null)
    return (
      <Nothing title="Nobody said that in this range">
        <p>
          A transcript must hold every word: {first.value.words.join(', ')}. Try fewer words, or a longer
          range.
        </p>
      </Nothing>
    );
  return (
    <section class="card" aria-label="Hits">
      <ol class="hits">
        {hits.map((hit) => (
          <HitRow key={hit.transcriptId} hit={hit} />
        ))}
      </ol>
      {more.trouble !== null && <p class="bad">{more.trouble}</p>}
      {next === null ? (
        <p class="note">That is all.</p>
      ) : (
        <button type="button" class="quiet" onClick={() => goOn(next)}>
          Show more
        </button>
      )}
    </section>
  );
}

function HitRow({ hit }: { hit: Hit }) {
  const { place, formats } = useApp();
  const more = { q: place.at.value.more.q ?? '' };
  const title = formats.value.full(hit.toldAtMs);
  return (
    <li>
      <h2>
        {hit.callId === null ? (
          title
        ) : (
          <a href={hrefOf(addressOn(place.at.value, { page: 'calls', id: hit.callId, more }))}>{title}</a>
        )}{' '}
        <bdi class="id">{hit.callId ?? hit.transcriptId}</bdi>
      </h2>
      <ul>
        {hit.turns.map((turn) => (
          <li key={turn.turn} class="found">
            <FoundText turn={turn} />
          </li>
        ))}
      </ul>
    </li>
  );
}

function FoundText({ turn }: { turn: FoundTurn }) {
  const time = turn.atSeconds === null ? '' : ` ${runningClock(turn.atSeconds * 1_000)}`;
  return (
    <>
      <span class="who-said">
        {turn.speaker === 'agent' ? 'Agent' : turn.speaker === 'caller' ? 'Caller' : 'Unknown'}
        {time}
      </span>
      <p dir="auto">
        {turn.isCut && '…'}
        <MarkedText text={turn.snippet} matches={turn.matches} />
      </p>
    </>
  );
}
