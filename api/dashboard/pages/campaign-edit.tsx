/** A campaign's form: what is typed stays while others change the campaign, and what they changed is shown beside it. */
import { useRef, useState } from 'preact/hooks';
import { useApp } from '../app.ts';
import {
  beyond,
  changesBetween,
  FIELD_NAMES,
  formOf,
  typedOf,
  type Change,
  type Typed,
} from '../campaign-draft.ts';
import { editCampaign, type Campaign } from '../campaign-load.ts';
import { NOTHING } from '../format.ts';
import { CampaignFields } from './campaign-form.tsx';
import { useWrite, WriteTrouble } from './write.tsx';

/** The card; nothing for a campaign that is over. */
export function CampaignEdit({ campaign, reload }: { campaign: Campaign; reload: () => void }) {
  const write = useWrite(reload);
  const [touched, setTouched] = useState<Partial<Typed>>({});
  // The campaign as the reader knew it when typing began: a save is based on it, so that the server refuses what it does not know.
  const known = useRef(campaign);
  const stands = typedOf(campaign);
  const isYoung = campaign.status === 'draft' || campaign.status === 'scheduled';
  const { key, scheduledAt, ...always } = beyond(touched, stands);
  const mine = isYoung
    ? { ...always, ...(key !== undefined && { key }), ...(scheduledAt !== undefined && { scheduledAt }) }
    : always;
  const isTouched = Object.keys(mine).length > 0;
  const changes = isTouched ? changesBetween(typedOf(known.current), stands) : [];
  if (changes.length === 0) known.current = campaign;
  if (campaign.status === 'completed' || campaign.status === 'canceled') return null;
  const saveOn = (seen: Campaign): void => {
    if (isTouched) write.run(() => editCampaign(seen, formOf(mine)));
  };
  return (
    <section class="card" aria-labelledby="edit-title">
      <h2 id="edit-title">Edit</h2>
      <CampaignFields
        typed={{ ...stands, ...touched }}
        change={(field) => setTouched({ ...touched, ...field })}
        withKey={isYoung}
        save={() => saveOn(known.current)}
      >
        {changes.length === 0 ? (
          <button type="submit" class="strong" disabled={write.isBusy || !isTouched}>
            Save
          </button>
        ) : (
          <Theirs changes={changes} mine={mine}>
            <button
              type="button"
              class="strong"
              disabled={write.isBusy}
              onClick={() => {
                known.current = campaign;
                saveOn(campaign);
              }}
            >
              Save mine over it
            </button>
            <button
              type="button"
              class="quiet"
              disabled={write.isBusy}
              onClick={() => {
                write.forget();
                setTouched({});
              }}
            >
              Take theirs
            </button>
          </Theirs>
        )}
      </CampaignFields>
      {changes.length === 0 && <WriteTrouble text={write.trouble} />}
    </section>
  );
}

type TheirsProps = {
  changes: readonly Change[];
  mine: Partial<Typed>;
  children: preact.ComponentChildren;
};

/** What somebody else changed, field by field, and what of it saving would change back. */
function Theirs({ changes, mine, children }: TheirsProps) {
  const formats = useApp().formats.value;
  const shown = (field: keyof Typed, text: string): string =>
    text === '' ? NOTHING : field === 'scheduledAt' ? formats.full(Date.parse(text)) : text;
  return (
    <div class="theirs" role="alert">
      <p>
        <b>Somebody else has changed this campaign meanwhile.</b> What you typed is kept.
      </p>
      <dl>
        {changes.map(({ field, before, now }) => {
          const yours = mine[field];
          return (
            <div key={field}>
              <dt>{FIELD_NAMES[field]}</dt>
              <dd>
                <del>
                  <bdi>{shown(field, before)}</bdi>
                </del>{' '}
                →{' '}
                <ins>
                  <bdi>{shown(field, now)}</bdi>
                </ins>
                {yours !== undefined && (
                  <small>
                    you typed <bdi>{shown(field, yours)}</bdi>
                  </small>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
      <p class="acts">{children}</p>
    </div>
  );
}
