/** What can be said of a campaign, as a form. */
import { useState } from 'preact/hooks';

/** The fields of the form; an empty key lets the server make one. */
export type Fields = {
  name: string;
  key: string;
  agentId: string | null;
  scheduledAt: string | null;
  goals: string[];
};
type Props = { initial: Fields; withKey: boolean; isBusy: boolean; save: (fields: Fields) => void };

/** The form. Key and schedule can be changed until the campaign starts. */
export function CampaignFields({ initial, withKey, isBusy, save }: Props) {
  const [name, setName] = useState(initial.name);
  const [key, setKey] = useState(initial.key);
  const [agentId, setAgentId] = useState(initial.agentId ?? '');
  const [at, setAt] = useState(localText(initial.scheduledAt));
  const [goals, setGoals] = useState(initial.goals.join('\n'));
  return (
    <form
      class="fields"
      onSubmit={(event) => {
        event.preventDefault();
        save({
          name: name.trim(),
          key: key.trim(),
          agentId: agentId.trim() === '' ? null : agentId.trim(),
          scheduledAt: at === '' ? null : new Date(at).toISOString(),
          goals: goals
            .split('\n')
            .map((line) => line.trim())
            .filter((line) => line !== ''),
        });
      }}
    >
      <label class="wide">
        <span>Name</span>
        <input
          required
          maxLength={200}
          value={name}
          onInput={({ currentTarget }) => setName(currentTarget.value)}
        />
      </label>
      {withKey && (
        <>
          <label class="wide">
            <span>Key that its calls carry (empty: one is made)</span>
            <input maxLength={200} value={key} onInput={({ currentTarget }) => setKey(currentTarget.value)} />
          </label>
          <label class="wide">
            <span>Scheduled for (your local time)</span>
            <input
              type="datetime-local"
              value={at}
              onInput={({ currentTarget }) => setAt(currentTarget.value)}
            />
          </label>
        </>
      )}
      <label class="wide">
        <span>Agent</span>
        <input
          maxLength={500}
          value={agentId}
          onInput={({ currentTarget }) => setAgentId(currentTarget.value)}
        />
      </label>
      <label class="wide">
        <span>Goals, one a line</span>
        <textarea rows={2} value={goals} onInput={({ currentTarget }) => setGoals(currentTarget.value)} />
      </label>
      <button type="submit" class="strong" disabled={isBusy}>
        Save
      </button>
    </form>
  );
}

/** An instant as `datetime-local` takes it. */
function localText(at: string | null): string {
  if (at === null) return '';
  const date = new Date(at);
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
