/** The target numbers of a campaign: how many there are, and a file that replaces them. */
import { useState } from 'preact/hooks';
import { useApp } from '../app.ts';
import { uploadTargets, type Campaign } from '../campaign-load.ts';
import { useWrite, WriteTrouble } from './write.tsx';

/** The card. */
export function Targets({ campaign, reload }: { campaign: Campaign; reload: () => void }) {
  const formats = useApp().formats.value;
  const write = useWrite(reload);
  const [done, setDone] = useState<string | null>(null);
  const upload = (file: File): void =>
    write.run(async () => {
      setDone(null);
      const { stored, duplicates } = await uploadTargets(campaign, await file.text());
      const twice = duplicates === 0 ? '' : `, ${formats.count(duplicates)} stood there more than once`;
      setDone(`${formats.count(stored)} numbers stored${twice}.`);
    });
  return (
    <section class="card" aria-labelledby="targets-title">
      <h2 id="targets-title">Target numbers</h2>
      <p>{campaign.targets === 0 ? 'None yet.' : `${formats.count(campaign.targets)} numbers.`}</p>
      <label class="wide">
        <span>
          A CSV file with one number a line (+4930123456), or with a column “number”; it replaces what is
          there
        </span>
        <input
          type="file"
          accept=".csv,text/csv,text/plain"
          disabled={write.isBusy}
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0];
            if (file !== undefined) upload(file);
            currentTarget.value = '';
          }}
        />
      </label>
      {done !== null && (
        <p class="good" role="status">
          {done}
        </p>
      )}
      <WriteTrouble text={write.trouble} />
    </section>
  );
}
