/** The page: headline numbers, what runs now, and how the range went. */
import type { ReadonlySignal } from '@preact/signals';
import type { Board } from '../board.ts';
import { rowsAt } from '../buckets.ts';
import { CallsChart } from '../charts/calls-chart.tsx';
import { OutcomesChart } from '../charts/outcomes-chart.tsx';
import { SentimentBar } from '../charts/sentiment-bar.tsx';
import { SuccessChart } from '../charts/success-chart.tsx';
import type { Theme } from '../charts/theme.ts';
import type { Formats } from '../format.ts';
import { startsOf } from '../range.ts';
import type { State } from '../state.ts';
import { durationTotals } from '../totals.ts';
import { ActiveCalls } from './active-calls.tsx';
import { Header } from './header.tsx';
import { LatestCalls } from './latest-calls.tsx';
import { Failure, NoCalls, Skeleton, Trouble } from './notices.tsx';
import { Tiles } from './tiles.tsx';

/** All the page needs. */
export type OverviewProps = { state: State; board: Board; formats: Formats; theme: ReadonlySignal<Theme> };

/** The whole page. */
export function Overview(props: OverviewProps) {
  return (
    <div class="page">
      <Header {...props} />
      <main>
        <Body {...props} />
      </main>
      <footer class="note">
        {props.state.range.value.period === 'hour'
          ? `Hours in your time zone, ${props.formats.timeZone}.`
          : 'Days are days of UTC.'}{' '}
        A call counts in the period it began in. The shaded period is not over yet.
      </footer>
    </div>
  );
}

function Body({ state, board, formats, theme }: OverviewProps) {
  const phase = state.phase.value;
  if (phase.kind === 'loading') return <Skeleton />;
  if (phase.kind === 'failed') return <Failure text={phase.text} board={board} />;
  const range = state.range.value;
  const trouble = state.trouble.value;
  const none = durationTotals(rowsAt(state.duration.value, startsOf(range))).calls === 0;
  const view = { state, formats, theme };
  return (
    <>
      {trouble !== null && <Trouble text={trouble} board={board} />}
      <Tiles state={state} formats={formats} />
      <div class="grid">
        {none ? <NoCalls range={range.name} board={board} /> : <CallsChart {...view} />}
        <ActiveCalls state={state} formats={formats} />
        {!none && (
          <>
            <OutcomesChart {...view} />
            <SuccessChart {...view} />
            <SentimentBar {...view} />
          </>
        )}
        <LatestCalls state={state} formats={formats} />
      </div>
    </>
  );
}
