/** What can be said of a campaign, as a form. */
import type { ComponentChildren } from 'preact';
import type { Typed } from '../campaign-draft.ts';

type Props = {
  typed: Typed;
  change: (field: Partial<Typed>) => void;
  withKey: boolean;
  save: () => void;
  children: ComponentChildren;
};

/** The form, with its buttons as children. Key and schedule can be changed until the campaign starts. */
export function CampaignFields({ typed, change, withKey, save, children }: Props) {
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <label class="wide">
        <span>Name</span>
        <input
          required
          maxLength={200}
          value={typed.name}
          onInput={({ currentTarget }) => change({ name: currentTarget.value })}
        />
      </label>
      {withKey && (
        <>
          <label class="wide">
            <span>Key that its calls carry (empty: one is made)</span>
            <input
              maxLength={200}
              value={typed.key}
              onInput={({ currentTarget }) => change({ key: currentTarget.value })}
            />
          </label>
          <label class="wide">
            <span>Scheduled for (your local time)</span>
            <input
              type="datetime-local"
              value={typed.scheduledAt}
              onInput={({ currentTarget }) => change({ scheduledAt: currentTarget.value })}
            />
          </label>
        </>
      )}
      <label class="wide">
        <span>Agent</span>
        <input
          maxLength={500}
          value={typed.agentId}
          onInput={({ currentTarget }) => change({ agentId: currentTarget.value })}
        />
      </label>
      <label class="wide">
        <span>Goals, one a line</span>
        <textarea
          rows={2}
          value={typed.goals}
          onInput={({ currentTarget }) => change({ goals: currentTarget.value })}
        />
      </label>
      {children}
    </form>
  );
}
