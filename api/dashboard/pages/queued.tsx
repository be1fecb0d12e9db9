/** All that waits, row by row: the number of the overview opened. */
import { addressOn, addressWith, hrefOf } from '../address.ts';
import { useApp } from '../app.ts';
import { loadCalls } from '../call-list.ts';
import { loadCampaigns } from '../campaign-load.ts';
import type { LiveCall } from '../calls.ts';
import { useLoaded } from '../loaded.ts';
import { waitingBy, type Waiting } from '../queued.ts';
import type { Signs } from '../request.ts';
import { NowFigure } from './now-figure.tsx';

/** Queued calls that are laid out by campaign; a dialler that lets more wait than this has its own lists. */
const MOST = 2_000;

async function loadQueued(heard: (signs: Signs) => void): Promise<{ rows: Waiting[]; isWhole: boolean }> {
  const calls: LiveCall[] = [];
  let cursor: string | null = null;
  do {
    const page = await loadCalls({ status: 'queued' }, cursor, heard);
    calls.push(...page.calls);
    cursor = page.nextCursor;
  } while (cursor !== null && calls.length < MOST);
  const { campaigns } = await loadCampaigns(Infinity, heard);
  return { rows: waitingBy(campaigns, calls), isWhole: cursor === null };
}

/** The card. */
export function QueuedCard() {
  const { place, formats } = useApp();
  const address = place.at.value;
  const count = formats.value.count;
  const loaded = useLoaded('queued', loadQueued, 'news');
  const rows = loaded.value?.rows ?? [];
  const sum = (of: (row: Waiting) => number): number => rows.reduce((all, row) => all + of(row), 0);
  return (
    <section class="card" aria-labelledby="queued-title">
      <header class="card-head">
        <h2 id="queued-title">Queued: what waits</h2>
        <a class="quiet" href={hrefOf(addressWith(address, { open: null }))}>
          Close
        </a>
      </header>
      {loaded.value === null ? (
        <p class="note">{loaded.trouble ?? 'Loading…'}</p>
      ) : (
        <div class="table-box numbers" tabIndex={0} role="region" aria-label="Queued, table">
          <table>
            <thead>
              <tr>
                <th scope="col">Campaign</th>
                <th scope="col">Calls queued</th>
                <th scope="col">Not called yet</th>
                <th scope="col">Together</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.id ?? ''} ${row.key ?? ''}`}>
                  <th scope="row">
                    {row.id === null ? (
                      <bdi>{row.name}</bdi>
                    ) : (
                      <a href={hrefOf(addressOn(address, { page: 'campaigns', id: row.id }))}>
                        <bdi>{row.name}</bdi>
                      </a>
                    )}
                  </th>
                  <td>
                    <NowFigure
                      name="Calls queued"
                      count={row.calls}
                      status="queued"
                      campaign={row.key ?? ''}
                    />
                  </td>
                  <td>{count(row.numbers)}</td>
                  <td>{count(row.calls + row.numbers)}</td>
                </tr>
              ))}
              <tr>
                <th scope="row">All</th>
                <td>{count(sum(({ calls }) => calls))}</td>
                <td>{count(sum(({ numbers }) => numbers))}</td>
                <td>
                  <b>{count(sum(({ calls, numbers }) => calls + numbers))}</b>
                </td>
              </tr>
            </tbody>
          </table>
        </div>
      )}
      {loaded.value?.isWhole === false && (
        <p class="note">
          More calls are queued than are laid out here: the numbers are of the first {count(MOST)}.
        </p>
      )}
    </section>
  );
}
