/** The target numbers of a campaign: how many there are, and a file that replaces them. */
import { useState } from 'preact/hooks';
import { useApp } from '../app.ts';
import { addressWith, hrefOf } from '../address.ts';
import { loadTargets, uploadTargets, type Campaign } from '../campaign-load.ts';
import { useLoaded } from '../loaded.ts';
import { textOf } from '../request.ts';
import { useWrite, WriteTrouble } from './write.tsx';

/** The card. */
export function Targets({ campaign, reload }: { campaign: Campaign; reload: () => void }) {
  const { place, formats: shown } = useApp();
  const formats = shown.value;
  const isOpen = place.at.value.more.open === 'targets' && campaign.targets > 0;
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
      {campaign.targets > 0 && (
        <p>
          <a class="quiet" href={hrefOf(addressWith(place.at.value, { open: isOpen ? null : 'targets' }))}>
            {isOpen ? 'Hide them' : 'Show them'}
          </a>
        </p>
      )}
      {isOpen && <TargetList key={`${campaign.id} ${campaign.revision}`} id={campaign.id} />}
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

/** The numbers, a page at a time. */
function TargetList({ id }: { id: string }) {
  const formats = useApp().formats.value;
  const [more, setMore] = useState<string[]>([]);
  const [next, setNext] = useState<string | null>();
  const [trouble, setTrouble] = useState<string | null>(null);
  const first = useLoaded(`targets ${id}`, () => loadTargets(id, null), 'once');
  if (first.value === null) return <p class="note">{first.trouble ?? 'Loading…'}</p>;
  const numbers = [...first.value.targets, ...more];
  const cursor = next === undefined ? first.value.nextCursor : next;
  const goOn = (from: string): void => {
    loadTargets(id, from).then(
      (page) => {
        setMore([...more, ...page.targets]);
        setNext(page.nextCursor);
      },
      (error: unknown) => setTrouble(textOf(error)),
    );
  };
  return (
    <>
      <ul class="numbers-list" tabIndex={0} aria-label="Target numbers">
        {numbers.map((number, index) => (
          <li key={index}>{number}</li>
        ))}
      </ul>
      <p class="note" role="status">
        {formats.count(numbers.length)} numbers{cursor === null ? ', all of them.' : ' loaded.'}
      </p>
      {trouble !== null && <p class="bad">{trouble}</p>}
      {cursor !== null && (
        <button type="button" class="quiet" onClick={() => goOn(cursor)}>
          Show more numbers
        </button>
      )}
    </>
  );
}
