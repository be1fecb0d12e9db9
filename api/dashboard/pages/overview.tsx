/** The first page: headline numbers, what runs now, and how the range went. */
import { useMemo, useRef } from 'preact/hooks';
import { takeAhead } from '../ahead.ts';
import { useApp } from '../app.ts';
import {
  CallsChart,
  LengthsChart,
  OutcomesChart,
  SuccessChart,
  TrendChart,
} from '../charts/overview-charts.tsx';
import { HeatMapCard } from '../charts/heat-map.tsx';
import { SentimentBar } from '../charts/sentiment-bar.tsx';
import { Later, Waited, whenPainted } from '../later.tsx';
import { useLoaded } from '../loaded.ts';
import { loadBefore, loadOverview, loadPresent, spanKey } from '../overview-load.ts';
import { askedBy, hasHours } from '../range.ts';
import { isEmpty } from '../series.ts';
import { LatestCalls } from './latest-calls.tsx';
import { LiveStrip } from './live-strip.tsx';
import { BELOW, Failure, NoCalls, Skeleton, SkeletonCards, Trouble } from './notices.tsx';
import { Tiles } from './tiles.tsx';
import { Toolbar } from './toolbar.tsx';
import { TopKeys } from './top-keys.tsx';

/** The overview. */
export function Overview() {
  return (
    <>
      <Toolbar tools="all" />
      <Body />
    </>
  );
}

function Body() {
  const app = useApp();
  const address = app.place.at.value;
  const key = spanKey(address);
  const overview = useLoaded(
    `overview ${key}`,
    (heard) =>
      takeAhead(key)?.(heard) ??
      loadOverview(askedBy(address, app.clock.now(), app.readerZone), address.slice, heard),
    'numbers',
  );
  const present = useLoaded('present', loadPresent, 'news');
  const { value } = overview;
  const wanted = address.compare ? value : null;
  const before = useLoaded(
    `before ${key} ${wanted?.previousFrom ?? ''}`,
    () =>
      wanted === null
        ? Promise.resolve({ calls: null, successRates: null })
        : new Promise<void>(whenPainted).then(() => loadBefore(wanted, address.slice)),
    'once',
  );
  const hasShown = useRef(false);
  hasShown.current ||= value !== null;
  if (value === null)
    return overview.trouble === null ? (
      <Outlines areAtOnce={hasShown.current} />
    ) : (
      <Failure what="The numbers" text={overview.trouble} retry={overview.retry} />
    );
  const none = isEmpty(value.duration);
  const trouble = overview.trouble ?? present.trouble ?? app.troubles.value.get('live') ?? null;
  return (
    <>
      {trouble !== null && <Trouble text={trouble} retry={overview.retry} />}
      <Tiles overview={value} present={present.value} />
      <div class="grid">
        {none ? (
          <NoCalls because={value.emptyBecause} />
        ) : (
          <CallsChart overview={value} before={before.value} />
        )}
        <LiveStrip present={present.value} />
        <Later
          instead={
            none ? null : (
              <SkeletonCards
                areas={hasHours(value.asked) ? BELOW : BELOW.filter((area) => area !== 'heat')}
              />
            )
          }
        >
          {!none && <Details overview={value} before={before.value} />}
          <LatestCalls present={present.value} />
        </Later>
      </div>
      <Later>
        <footer class="note">
          Days and hours of {app.formats.value.timeZone}. A call counts in the period it began in. The shaded
          period is not over yet. Every number opens to the calls and events it is made of.
        </footer>
      </Later>
    </>
  );
}

/** At once where they take the place of numbers, so that nothing moves; the first time not before somebody waits. */
function Outlines({ areAtOnce }: { areAtOnce: boolean }) {
  const outlines = <Skeleton kind="overview" />;
  return areAtOnce ? outlines : <Waited>{outlines}</Waited>;
}

type DetailsProps = Parameters<typeof CallsChart>[0];

function Details({ overview, before }: DetailsProps) {
  const { asked } = overview;
  const withHours = useMemo(() => hasHours(asked), [asked.startDate, asked.endDate]);
  return (
    <>
      <LengthsChart overview={overview} />
      <OutcomesChart overview={overview} />
      <SuccessChart overview={overview} before={before} />
      <SentimentBar overview={overview} />
      <TrendChart overview={overview} />
      {withHours && <HeatMapCard asked={asked} />}
      <TopKeys by="agentId" title="Top agents" area="agents" asked={asked} />
      <TopKeys by="campaignId" title="Top campaigns" area="campaigns" asked={asked} />
    </>
  );
}
