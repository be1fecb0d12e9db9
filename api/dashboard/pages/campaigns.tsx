/** All campaigns with their live counters, keys that nobody set up, a form for a new one, and two beside each other. */
import { useEffect, useState } from 'preact/hooks';
import { addressOn, addressWith, hrefOf } from '../address.ts';
import { useApp } from '../app.ts';
import { beyond, formOf } from '../campaign-draft.ts';
import { createCampaign, loadCampaigns, type Campaign } from '../campaign-load.ts';
import { useLoaded } from '../loaded.ts';
import { namedIn } from '../wording.ts';
import { CampaignFields } from './campaign-form.tsx';
import { Compare } from './compare.tsx';
import { Funnel } from './funnel.tsx';
import { Failure, Nothing, Skeleton, Trouble } from './notices.tsx';
import { NowFigure } from './now-figure.tsx';
import { QueuedCard } from './queued.tsx';
import { useWrite, WriteTrouble } from './write.tsx';

/** What states are called. */
export const STATUS_NAMES: Readonly<Record<string, string>> = {
  draft: 'Draft',
  scheduled: 'Scheduled',
  running: 'Running',
  paused: 'Paused',
  completed: 'Completed',
  canceled: 'Cancelled',
};

/** The page. */
export function CampaignsPage() {
  const { place } = useApp();
  const [pages, setPages] = useState(1);
  const loaded = useLoaded('campaigns', (heard) => loadCampaigns(pages, heard), 'campaigns');
  // Under the same name: what is there stays on show meanwhile.
  useEffect(() => {
    if (pages > 1) loaded.retry();
  }, [pages]);
  if (loaded.value === null)
    return loaded.trouble === null ? (
      <Skeleton kind="plain" />
    ) : (
      <Failure what="The campaigns" text={loaded.trouble} retry={loaded.retry} />
    );
  const { campaigns, isAll, unnamed } = loaded.value;
  return (
    <>
      {loaded.trouble !== null && <Trouble text={loaded.trouble} retry={loaded.retry} />}
      {place.at.value.more.open === 'queued' && <QueuedCard />}
      <List campaigns={campaigns} more={isAll ? null : () => setPages(pages + 1)} after={loaded.retry} />
      {unnamed.length > 0 && <Unnamed keys={unnamed} after={loaded.retry} />}
      <Compare keys={[...campaigns.map(({ key }) => key), ...unnamed]} />
    </>
  );
}

type ListParts = { campaigns: Campaign[]; more: (() => void) | null; after: () => void };

/** The newest first; `more` shows older ones, null where there are none. */
function List({ campaigns, more, after }: ListParts) {
  const { place } = useApp();
  const [isNew, setNew] = useState(false);
  return (
    <>
      <section class="card" aria-labelledby="campaigns-title">
        <header class="card-head">
          <h2 id="campaigns-title">Campaigns</h2>
          <button type="button" class="strong" aria-expanded={isNew} onClick={() => setNew(!isNew)}>
            New campaign
          </button>
        </header>
        <p class="note">
          A campaign records what your dialler does: callviews counts its calls and dials nobody. Calls belong
          to it by its key.
        </p>
        {isNew && <NewCampaign suggested="" after={after} />}
        {campaigns.length > 0 && (
          <div class="table-box" tabIndex={0} role="region" aria-label="Campaigns, table">
            <table class="campaigns-table">
              <thead>
                <tr>
                  <th scope="col">Name</th>
                  <th scope="col">State</th>
                  <th scope="col">Funnel</th>
                  <th scope="col" class="end">
                    Active
                  </th>
                  <th scope="col" class="end">
                    Queued
                  </th>
                  <th scope="col" class="end">
                    Success rate
                  </th>
                </tr>
              </thead>
              <tbody>
                {campaigns.map((campaign) => (
                  <Row
                    key={campaign.id}
                    campaign={campaign}
                    href={hrefOf(addressOn(place.at.value, { page: 'campaigns', id: campaign.id }))}
                  />
                ))}
              </tbody>
            </table>
          </div>
        )}
        {more !== null && (
          <button type="button" class="quiet" onClick={more}>
            Show older campaigns
          </button>
        )}
      </section>
      {campaigns.length === 0 && !isNew && (
        <Nothing title="No campaign is set up">
          <p>
            Set one up with the key that your calls carry (ElevenLabs: the dynamic variable{' '}
            <code>campaign_id</code>; Twilio: <code>campaignId</code> of the callback URL).
          </p>
        </Nothing>
      )}
    </>
  );
}

function Row({ campaign, href }: { campaign: Campaign; href: string }) {
  const { place, formats: shown } = useApp();
  const formats = shown.value;
  const queued = hrefOf(addressOn(place.at.value, { page: 'campaigns', more: { open: 'queued' } }));
  const { name, key, status, counters } = campaign;
  return (
    <tr>
      <th scope="row">
        <a href={href}>
          <bdi>{name}</bdi>
        </a>
        <bdi class="id">{key}</bdi>
      </th>
      <td>
        <span class={`state state-${status}`}>{namedIn(STATUS_NAMES, status) ?? status}</span>
      </td>
      <td class="funnel-cell">
        <Funnel campaign={campaign} isSmall />
      </td>
      <td class="end">
        <NowFigure name="Active" count={counters.activeCalls} status="active" campaign={key} />
      </td>
      <td class="end">
        {counters.queuedCalls === 0 ? (
          formats.count(0)
        ) : (
          <a class="figure" href={queued} aria-label={`Queued ${counters.queuedCalls}: what waits`}>
            {formats.count(counters.queuedCalls)}
          </a>
        )}
      </td>
      <td class="end">{formats.percent(counters.successRate)}</td>
    </tr>
  );
}

function Unnamed({ keys, after }: { keys: readonly string[]; after: () => void }) {
  const { place } = useApp();
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <section class="card" aria-labelledby="unnamed-title">
      <h2 id="unnamed-title">Keys that calls name and nobody set up</h2>
      <ul class="chips">
        {keys.map((key) => (
          <li key={key}>
            <a
              href={hrefOf({
                ...addressOn(place.at.value, { page: 'overview' }),
                slice: { by: 'campaignId', value: key },
              })}
            >
              <bdi>{key}</bdi>
            </a>
            <button type="button" class="quiet" onClick={() => setChosen(chosen === key ? null : key)}>
              Set up
            </button>
          </li>
        ))}
      </ul>
      {chosen !== null && <NewCampaign key={chosen} suggested={chosen} after={after} />}
    </section>
  );
}

const EMPTY = { name: '', key: '', scheduledAt: '', agentId: '', goals: '' };

function NewCampaign({ suggested, after }: { suggested: string; after: () => void }) {
  const { place } = useApp();
  const write = useWrite(after);
  const [typed, setTyped] = useState({ ...EMPTY, name: suggested, key: suggested });
  const save = (): void =>
    write.run(async () => {
      const { name = '', ...further } = formOf(beyond(typed, EMPTY));
      const id = await createCampaign({ ...further, name });
      place.go(addressWith(addressOn(place.at.value, { page: 'campaigns', id }), {}));
    });
  return (
    <>
      <CampaignFields typed={typed} change={(field) => setTyped({ ...typed, ...field })} withKey save={save}>
        <button type="submit" class="strong" disabled={write.isBusy}>
          Save
        </button>
      </CampaignFields>
      <WriteTrouble text={write.trouble} />
    </>
  );
}
