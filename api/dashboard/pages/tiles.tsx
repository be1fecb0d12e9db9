/** The headline numbers, each with how it has changed against the range before. */
import { addressOn, hrefOf } from '../address.ts';
import { shownAtMs, useApp } from '../app.ts';
import { activeIn } from '../calls.ts';
import { Figure } from '../charts/figure.tsx';
import { NOTHING, runningClock, instant } from '../format.ts';
import { METRICS, type Headline, type Metric, type MetricName, type Unit } from '../metrics.ts';
import type { Overview, Present } from '../overview-load.ts';
import { numberAt } from '../rows.ts';

/** How a change is judged: more is better, worse, or neither. */
type Better = 'more' | 'less' | 'neither';
const HEADLINES: readonly (readonly [MetricName, Better])[] = [
  ['calls', 'neither'],
  ['answerRate', 'more'],
  ['successRate', 'more'],
  ['averageTalk', 'neither'],
  ['score', 'more'],
  ['costUsd', 'neither'],
];

/** Eight tiles: six over the range, two of this moment. */
export function Tiles({ overview, present }: { overview: Overview; present: Present | null }) {
  return (
    <dl class="tiles">
      {HEADLINES.map(([metric, better]) => (
        <HeadlineTile key={metric} metric={metric} better={better} overview={overview} />
      ))}
      <ActiveTile present={present} />
      <QueuedTile present={present} />
    </dl>
  );
}

type TileProps = { metric: MetricName; better: Better; overview: Overview };

function HeadlineTile({ metric, better, overview }: TileProps) {
  const { name, unit, headline }: Metric = METRICS[metric];
  return (
    <div class="tile">
      <dt>{name}</dt>
      <dd class="value">
        <Figure
          value={headline === undefined ? null : numberAt(overview.current, headline)}
          unit={unit}
          metric={metric}
        />
      </dd>
      <dd class="note">
        {headline !== undefined && (
          <Change field={headline} unit={unit} better={better} overview={overview} />
        )}
      </dd>
    </div>
  );
}

/** Rates change by percentage points and scores by themselves, all else by its share of what was before. */
function Change({
  field,
  unit,
  better,
  overview,
}: { field: Headline; unit: Unit } & Omit<TileProps, 'metric'>) {
  const { place, formats } = useApp();
  const difference = numberAt(overview.difference, field);
  const before = numberAt(overview.previous, field);
  if (!place.at.value.compare || before === null)
    return <>{place.at.value.compare ? 'nothing before' : '\u00a0'}</>;
  const span = {
    from: instant(Date.parse(overview.previousFrom)),
    to: instant(Date.parse(overview.previousTo)),
  };
  const href = hrefOf({ ...addressOn(place.at.value, { page: 'overview', span }), period: null });
  const isFlat = difference === null || difference === 0;
  const tone =
    isFlat || better === 'neither' ? 'even' : difference > 0 === (better === 'more') ? 'better' : 'worse';
  const arrow = isFlat || before === 0 ? '' : difference > 0 ? '▲ ' : '▼ ';
  const shown = formats.value;
  const text =
    unit === 'percent'
      ? shown.change(difference, 'points')
      : unit === 'score'
        ? shown.score(difference)
        : before === 0
          ? shown.count(0)
          : shown.change(difference === null ? null : difference / before, 'share');
  return (
    <>
      <span class={`change change-${tone}`}>
        <span aria-hidden="true">{arrow}</span>
        {text}
      </span>{' '}
      <a href={href}>{before === 0 ? 'before' : 'vs before'}</a>
    </>
  );
}

function ActiveTile({ present }: { present: Present | null }) {
  const app = useApp();
  const active = activeIn(app.calls.value);
  const startedAtMs = active[0]?.startedAtMs ?? null;
  const longest = startedAtMs === null ? '' : `longest ${runningClock(shownAtMs(app) - startedAtMs)}`;
  const isKnown = present !== null || active.length > 0;
  return (
    <div class="tile">
      <dt>Active now</dt>
      <dd class="value">
        {isKnown ? (
          <a class="figure" href="#active-title" aria-label={`Active now ${active.length}: which calls`}>
            {app.formats.value.count(active.length)}
          </a>
        ) : (
          <b>{NOTHING}</b>
        )}
      </dd>
      <dd class="note">{longest || 'none running'}</dd>
    </div>
  );
}

function QueuedTile({ present }: { present: Present | null }) {
  const { place, formats: shown } = useApp();
  const formats = shown.value;
  const campaigns = present?.campaigns ?? null;
  const queued = formats.count(present?.queued ?? null);
  // What waits is told by campaign: numbers that have not been called are no calls yet.
  const href = hrefOf(addressOn(place.at.value, { page: 'campaigns', more: { open: 'queued' } }));
  return (
    <div class="tile">
      <dt>Queued</dt>
      <dd class="value">
        <a class="figure" href={href} aria-label={`Queued ${queued}: what waits`}>
          {queued}
        </a>
      </dd>
      <dd class="note">
        {formats.count(campaigns)} active {campaigns === 1 ? 'campaign' : 'campaigns'}
      </dd>
    </div>
  );
}
