/** The frame of every page: name, ways to the pages, how fresh it all is; and the page that the address names. */
import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { addressOn, hrefOf, type PageName } from '../address.ts';
import { useApp } from '../app.ts';
import { metricNamed } from '../metrics.ts';
import { FreshnessPill } from './freshness-pill.tsx';
import { Overview } from './overview.tsx';
import { Skeleton } from './notices.tsx';

const NAMES: Readonly<Record<PageName, string>> = {
  overview: 'Overview',
  calls: 'Calls',
  search: 'Search',
  campaigns: 'Campaigns',
  operations: 'Operations',
};

/** Pages beside the first are fetched when they are wanted. */
const PARTS = {
  calls: () => import('./calls.tsx').then(({ CallsPage }) => CallsPage),
  call: () => import('./call.tsx').then(({ CallPage }) => CallPage),
  search: () => import('./search.tsx').then(({ SearchPage }) => SearchPage),
  campaigns: () => import('./campaigns.tsx').then(({ CampaignsPage }) => CampaignsPage),
  campaign: () => import('./campaign.tsx').then(({ CampaignPage }) => CampaignPage),
  operations: () => import('./operations.tsx').then(({ OperationsPage }) => OperationsPage),
  explain: () => import('./explain.tsx').then(({ ExplainDrawer }) => ExplainDrawer),
  signIn: () => import('./sign-in.tsx').then(({ SignIn }) => SignIn),
} as const;
type PartName = keyof typeof PARTS;

/** The whole page. */
export function Shell() {
  const { place, keyWanted } = useApp();
  const { page, id, more } = place.at.value;
  const isExplaining = metricNamed(more.explain) !== null;
  return (
    <div class="page">
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Head />
      <main id="main" tabIndex={-1}>
        {keyWanted.value ? (
          <Part name="signIn" />
        ) : page === 'overview' ? (
          <Overview />
        ) : (
          <Part name={partOf(page, id)} />
        )}
      </main>
      {isExplaining && !keyWanted.value && <Part name="explain" />}
    </div>
  );
}

function partOf(page: Exclude<PageName, 'overview'>, id: string | null): PartName {
  if (id === null) return page;
  return page === 'calls' ? 'call' : page === 'campaigns' ? 'campaign' : page;
}

function Head() {
  const { place } = useApp();
  const address = place.at.value;
  useEffect(() => {
    document.title = `${NAMES[address.page]} · callviews`;
  }, [address.page]);
  return (
    <header class="page-head">
      <h1>
        <svg viewBox="0 0 32 32" aria-hidden="true">
          <rect x="4" y="17" width="6" height="11" rx="2" />
          <rect x="13" y="4" width="6" height="24" rx="2" />
          <rect x="22" y="11" width="6" height="17" rx="2" />
        </svg>
        callviews
      </h1>
      <nav aria-label="Pages">
        {(Object.keys(NAMES) as PageName[]).map((page) => (
          <a
            key={page}
            href={hrefOf(addressOn(address, { page }))}
            aria-current={page === address.page ? 'page' : undefined}
          >
            {NAMES[page]}
          </a>
        ))}
      </nav>
      <FreshnessPill />
    </header>
  );
}

const fetched = new Map<PartName, ComponentType>();

/** A part of the page that is fetched when it is wanted. */
function Part({ name }: { name: PartName }) {
  const [, setFetched] = useState(0);
  const [trouble, setTrouble] = useState<string | null>(null);
  const Known = fetched.get(name);
  useEffect(() => {
    if (fetched.has(name)) return;
    setTrouble(null);
    PARTS[name]().then(
      (part) => {
        fetched.set(name, part);
        setFetched((count) => count + 1);
      },
      () => setTrouble(name),
    );
  }, [name]);
  if (Known !== undefined) return <Known />;
  if (trouble !== name) return name === 'explain' ? null : <Skeleton kind="plain" />;
  return (
    <section class="card notice" role="alert">
      <h2>This page could not be loaded</h2>
      <p>The server cannot be reached, or was updated meanwhile.</p>
      <button type="button" class="strong" onClick={() => location.reload()}>
        Load again
      </button>
    </section>
  );
}
