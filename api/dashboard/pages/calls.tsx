/** All calls of a range and slice, as many as there are: filters above, the list below, new ones arriving without a jump. */
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { addressWith, hrefOf, type Address } from '../address.ts';
import { useApp } from '../app.ts';
import { isActive } from '../calls.ts';
import { useCallList, type CallList } from '../call-list.ts';
import { spanKey, queryOf } from '../overview-load.ts';
import { askedBy } from '../range.ts';
import { sliceQuery, sliceText } from '../slice.ts';
import { windowOf } from '../window.ts';
import { wordFor } from '../wording.ts';
import { CallRow, HEAD } from './call-row.tsx';
import { CallFilters, filtersIn, isOfThisMoment } from './call-filters.tsx';
import { Failure, NoCalls, Nothing, Skeleton, Trouble } from './notices.tsx';
import { Toolbar } from './toolbar.tsx';

/** The page. */
export function CallsPage() {
  const app = useApp();
  const address = app.place.at.value;
  const filters = filtersIn(address.more);
  const isNow = isOfThisMoment(filters);
  const box = useRef<HTMLDivElement>(null);
  const list = useCallList(
    `${spanKey(address)} ${JSON.stringify(filters)}`,
    () => ({
      ...(isNow
        ? sliceQuery(address.slice)
        : queryOf(askedBy(address, app.clock.now(), app.readerZone), address.slice)),
      ...filters,
    }),
    () => (box.current?.scrollTop ?? 0) === 0,
  );
  // A call that was told to have gone on is no longer one of those that wait, or that are on the line.
  const calls = isNow
    ? list.calls.filter((call) => isActive(call) === (filters.status === 'active') && call.status !== 'ended')
    : list.calls;
  return (
    <>
      <Toolbar tools={isNow ? 'slice' : 'list'} />
      <CallFilters />
      {isNow && <p class="note">Calls of this moment, whenever they began.</p>}
      {list.trouble !== null && list.calls.length > 0 && <Trouble text={list.trouble} retry={list.retry} />}
      <Body list={{ ...list, calls }} box={box} address={address} />
    </>
  );
}

type Box = { current: HTMLDivElement | null };

function Body({ list, box, address }: { list: CallList; box: Box; address: Address }) {
  if (list.isLoading)
    return list.trouble === null ? (
      <Skeleton kind="plain" />
    ) : (
      <Failure what="The calls" text={list.trouble} retry={list.retry} />
    );
  if (list.calls.length === 0 && list.isWhole) return <Empty because={list.emptyBecause} address={address} />;
  return <List list={list} box={box} />;
}

/** Which filter leaves nothing, and the way to be rid of it. */
function Empty({ because, address }: { because: string | null; address: Address }) {
  const filters = Object.entries(filtersIn(address.more)).filter(([name]) => name !== 'sort');
  if (filters.length === 0) return <NoCalls because={because} />;
  const ways = filters.map(([name, value]) => (
    <li key={name}>
      <a href={hrefOf(addressWith(address, { [name]: null }))}>
        without {name} {wordFor(value) ?? value}
      </a>
    </li>
  ));
  return (
    <Nothing title="No call passes these filters">
      <p>Look at the same range:</p>
      <ul class="ways">
        {ways}
        {address.slice !== null && (
          <li>
            <a href={hrefOf({ ...address, slice: null })}>without {sliceText(address.slice)}</a>
          </li>
        )}
        <li>
          <a href={hrefOf({ ...address, more: {} })}>without any of them</a>
        </li>
      </ul>
    </Nothing>
  );
}

/** Rows left below when the next page is asked for: some screens full. */
const AHEAD = 120;

function List({ list, box }: { list: CallList; box: Box }) {
  const { place } = useApp();
  const [seen, setSeen] = useState({ topPx: 0, heightPx: 800, rowPx: 36 });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const look = (): void => {
      const row = element.querySelector('tbody tr.row');
      setSeen({
        topPx: element.scrollTop,
        heightPx: element.clientHeight,
        rowPx: row === null ? 36 : row.getBoundingClientRect().height,
      });
    };
    const observer = new ResizeObserver(look);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const { first, end, abovePx, belowPx } = windowOf(seen, list.calls.length);
  const isNearEnd = end >= list.calls.length - AHEAD;
  useLayoutEffect(() => {
    if (isNearEnd) list.more();
  });
  return (
    <section class="card calls-card" aria-label="Calls">
      {list.arrived > 0 && (
        <button
          type="button"
          class="arrived"
          onClick={() => {
            list.takeArrived();
            box.current?.scrollTo({ top: 0 });
          }}
        >
          ↑ {list.arrived} new {list.arrived === 1 ? 'call' : 'calls'}
        </button>
      )}
      <div
        class="list-box"
        ref={box}
        tabIndex={0}
        role="region"
        aria-label="Calls, newest first"
        onScroll={({ currentTarget }) => {
          setSeen({ ...seen, topPx: currentTarget.scrollTop });
          if (currentTarget.scrollTop === 0 && list.arrived > 0) list.takeArrived();
        }}
      >
        <table aria-rowcount={list.isWhole ? list.calls.length + 1 : -1}>
          <thead>
            <tr>
              {HEAD.map(([name, kind]) => (
                <th key={name} scope="col" class={kind}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr class="spacer" aria-hidden="true">
              <td style={{ height: `${abovePx}px` }} />
            </tr>
            {list.calls.slice(first, end).map((call, index) => (
              <CallRow key={call.callId} call={call} index={first + index} address={place.at.value} />
            ))}
            <tr class="spacer" aria-hidden="true">
              <td style={{ height: `${belowPx}px` }} />
            </tr>
          </tbody>
        </table>
      </div>
      <Foot list={list} />
    </section>
  );
}

function Foot({ list }: { list: CallList }) {
  const count = useApp().formats.value.count(list.calls.length);
  return (
    <p class="note" role="status">
      {list.isWhole ? `${count} calls, all of them.` : `${count} calls loaded; more come as you scroll.`}
    </p>
  );
}
