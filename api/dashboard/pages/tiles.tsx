/** The headline numbers, each with the counts it was made of. */
import { rowsAt } from '../buckets.ts';
import { activeIn } from '../calls.ts';
import { BEFORE_TEXTS } from '../charts/view-props.ts';
import { NOTHING, runningClock, type Formats } from '../format.ts';
import { startsOf } from '../range.ts';
import { shownAtMs, type State } from '../state.ts';
import { durationTotals, outcomeTotals } from '../totals.ts';

/** Six tiles: four over the range, two of this moment. */
export function Tiles({ state, formats }: { state: State; formats: Formats }) {
  return (
    <dl class="tiles">
      <RangeTiles state={state} formats={formats} />
      <ActiveTile state={state} formats={formats} />
      <QueuedTile state={state} formats={formats} />
    </dl>
  );
}

function RangeTiles({ state, formats }: { state: State; formats: Formats }) {
  const range = state.range.value;
  const starts = startsOf(range);
  const talk = durationTotals(rowsAt(state.duration.value, starts));
  const outcome = outcomeTotals(rowsAt(state.outcome.value, starts));
  const before = state.before.value?.calls?.reduce((sum, count) => sum + count, 0);
  const of = (part: number, whole: number, what: string): string =>
    `${formats.count(part)} of ${formats.count(whole)} ${what}`;
  return (
    <>
      <Tile
        name="Calls"
        value={formats.count(talk.calls)}
        note={before === undefined ? '' : `${BEFORE_TEXTS[range.name]} ${formats.count(before)}`}
      />
      <Tile
        name="Answer rate"
        value={formats.percent(outcome.answerRate)}
        note={of(outcome.endedAnswered, outcome.ended, 'ended')}
      />
      <Tile
        name="Average talk time"
        value={formats.length(talk.averageTalkMs)}
        note={`over ${formats.count(talk.measured)} calls`}
      />
      <Tile
        name="Success rate"
        value={formats.percent(outcome.successRate)}
        note={of(outcome.success, outcome.success + outcome.failure, 'decided')}
      />
    </>
  );
}

function ActiveTile({ state, formats }: { state: State; formats: Formats }) {
  const active = activeIn(state.calls.value);
  const present = state.present.value;
  const startedAtMs = active[0]?.startedAtMs ?? null;
  const longest = startedAtMs === null ? '' : `longest ${runningClock(shownAtMs(state) - startedAtMs)}`;
  const partly = present !== null && !present.activeComplete ? 'not all senders tell' : '';
  return (
    <Tile
      name="Active now"
      value={present === null && active.length === 0 ? NOTHING : formats.count(active.length)}
      note={[longest, partly].filter((text) => text !== '').join(' · ') || 'none running'}
    />
  );
}

function QueuedTile({ state, formats }: { state: State; formats: Formats }) {
  const present = state.present.value;
  const campaigns = present?.campaigns ?? 0;
  return (
    <Tile
      name="Queued"
      value={formats.count(present?.queued ?? null)}
      note={`${formats.count(campaigns)} active ${campaigns === 1 ? 'campaign' : 'campaigns'}`}
    />
  );
}

function Tile({ name, value, note }: { name: string; value: string; note: string }) {
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd class="value">{value}</dd>
      <dd class="note">{note || '\u00a0'}</dd>
    </div>
  );
}
