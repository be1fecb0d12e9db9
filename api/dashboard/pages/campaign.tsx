/** One campaign: its state and what may be done with it, its funnel live, its target numbers, its form. */
import { addressOn, hrefOf } from '../address.ts';
import { useApp } from '../app.ts';
import {
  act,
  actionsFor,
  loadCampaign,
  removeCampaign,
  type Action,
  type Campaign,
} from '../campaign-load.ts';
import { NOTHING } from '../format.ts';
import { useLoaded } from '../loaded.ts';
import { namedIn } from '../wording.ts';
import { CampaignEdit } from './campaign-edit.tsx';
import { STATUS_NAMES } from './campaigns.tsx';
import { Targets } from './campaign-targets.tsx';
import { Funnel } from './funnel.tsx';
import { NowFigure } from './now-figure.tsx';
import { Failure, Nothing, Skeleton, Trouble } from './notices.tsx';
import { useWrite, WriteTrouble } from './write.tsx';

const ACTION_NAMES: Readonly<Record<Action, string>> = {
  start: 'Start',
  pause: 'Pause',
  resume: 'Resume',
  complete: 'Complete',
  cancel: 'Cancel campaign',
};

/** The page. */
export function CampaignPage() {
  const { place } = useApp();
  const id = place.at.value.id ?? '';
  const loaded = useLoaded(`campaign ${id}`, (heard) => loadCampaign(id, heard), 'campaigns');
  if (loaded.value !== null)
    return (
      <>
        {loaded.trouble !== null && <Trouble text={loaded.trouble} retry={loaded.retry} />}
        <Shown campaign={loaded.value} reload={loaded.retry} />
      </>
    );
  if (loaded.status === 404)
    return (
      <Nothing title="No campaign has this id">
        <p>
          <a href={hrefOf(addressOn(place.at.value, { page: 'campaigns' }))}>All campaigns</a>
        </p>
      </Nothing>
    );
  return loaded.trouble === null ? (
    <Skeleton kind="plain" />
  ) : (
    <Failure what="The campaign" text={loaded.trouble} retry={loaded.retry} />
  );
}

function Shown({ campaign, reload }: { campaign: Campaign; reload: () => void }) {
  return (
    <div class="call-page">
      <Head campaign={campaign} reload={reload} />
      <div class="call-grid">
        <div class="column">
          <Numbers campaign={campaign} />
          <Targets campaign={campaign} reload={reload} />
        </div>
        <div class="column">
          <CampaignEdit key={campaign.id} campaign={campaign} reload={reload} />
        </div>
      </div>
    </div>
  );
}

function Head({ campaign, reload }: { campaign: Campaign; reload: () => void }) {
  const { place, formats } = useApp();
  const write = useWrite(reload);
  const { name, key, status, scheduledAt, startedAt, endedAt } = campaign;
  const when = (at: string | null): string => (at === null ? NOTHING : formats.value.full(Date.parse(at)));
  const calls = {
    ...addressOn(place.at.value, { page: 'calls' }),
    slice: { by: 'campaignId' as const, value: key },
  };
  return (
    <section class="card call-head" aria-labelledby="campaign-title">
      <p class="note">
        <a href={hrefOf(addressOn(place.at.value, { page: 'campaigns' }))}>Campaigns</a> /{' '}
        <bdi class="id">{key}</bdi>
      </p>
      <h2 id="campaign-title" dir="auto">
        {name}
      </h2>
      <dl class="marks">
        <div>
          <dt>State</dt>
          <dd>
            <span class={`state state-${status}`} role="status">
              {namedIn(STATUS_NAMES, status) ?? status}
            </span>
          </dd>
        </div>
        <div>
          <dt>Scheduled for</dt>
          <dd>{when(scheduledAt)}</dd>
        </div>
        <div>
          <dt>Started</dt>
          <dd>{when(startedAt)}</dd>
        </div>
        <div>
          <dt>Ended</dt>
          <dd>{when(endedAt)}</dd>
        </div>
      </dl>
      <p class="acts">
        {actionsFor(status).map((action) => (
          <button
            key={action}
            type="button"
            class={action === 'start' || action === 'resume' ? 'strong' : 'quiet'}
            disabled={write.isBusy}
            onClick={() => write.run(() => act(campaign, action))}
          >
            {ACTION_NAMES[action]}
          </button>
        ))}
        {['draft', 'completed', 'canceled'].includes(status) && (
          <button
            type="button"
            class="quiet"
            disabled={write.isBusy}
            onClick={() =>
              write.run(async () => {
                await removeCampaign(campaign);
                place.go(addressOn(place.at.value, { page: 'campaigns' }));
              })
            }
          >
            Delete
          </button>
        )}
        <a href={hrefOf(calls)}>Its calls</a>
        <a href={hrefOf({ ...calls, page: 'overview' })}>Its overview</a>
      </p>
      <WriteTrouble text={write.trouble} />
    </section>
  );
}

function Numbers({ campaign }: { campaign: Campaign }) {
  const { key, counters, startedAt, endedAt } = campaign;
  const { place, formats, nowMs } = useApp();
  const queued = hrefOf(addressOn(place.at.value, { page: 'campaigns', more: { open: 'queued' } }));
  const shown = formats.value;
  const ranMs =
    startedAt === null ? 0 : (endedAt === null ? nowMs.value : Date.parse(endedAt)) - Date.parse(startedAt);
  const pace = ranMs < 60_000 ? null : counters.totalCalls / (ranMs / 3_600_000);
  return (
    <section class="card" aria-labelledby="funnel-title">
      <h2 id="funnel-title">Funnel</h2>
      <Funnel campaign={campaign} isSmall={false} />
      <dl class="marks">
        {[
          {
            name: 'Active',
            text: <NowFigure name="Active" count={counters.activeCalls} status="active" campaign={key} />,
          },
          {
            name: 'Queued',
            text: (
              <a class="figure" href={queued} aria-label={`Queued ${counters.queuedCalls}: what waits`}>
                {shown.count(counters.queuedCalls)}
              </a>
            ),
          },
          { name: 'Answer rate', text: shown.percent(counters.answerRate) },
          { name: 'Success rate', text: shown.percent(counters.successRate) },
          {
            name: 'Average talk',
            text: shown.length(
              counters.averageDurationSeconds === null ? null : counters.averageDurationSeconds * 1_000,
            ),
          },
          { name: 'Sentiment', text: shown.score(counters.sentiment.averageScore) },
          { name: 'Cost', text: shown.money(counters.totalCostUsd) },
          { name: 'Pace', text: pace === null ? NOTHING : `${shown.count(pace)} calls an hour` },
        ].map(({ name, text }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p class="note">
        Counters are of all time and live. Pace is all calls over the time since it was started.
      </p>
    </section>
  );
}
