/** How fresh the page is, in one word; only the word is announced, the time would be read out with every push. */
import { useApp, type App } from '../app.ts';
import { freshnessOf, type Numbers } from '../freshness.ts';

/** The pill in the head. */
export function FreshnessPill() {
  const app = useApp();
  const asOfMs = app.asOfMs.value;
  const signs = { connection: app.connection.value, numbers: numbersIn(app), behind: app.behind.value };
  const { tone, lead, state } = freshnessOf(signs);
  const why = [...app.troubles.value.values()].join(' · ');
  return (
    <p class={`pill pill-${tone}`} title={why === '' ? undefined : why}>
      <i class="dot" aria-hidden="true" />
      <span>
        {asOfMs !== null && (
          <>
            {lead} <time dateTime={new Date(asOfMs).toISOString()}>{app.formats.value.clock(asOfMs)}</time>
          </>
        )}
      </span>
      <b role="status">{state}</b>
    </p>
  );
}

function numbersIn({ phases, troubles }: App): Numbers {
  const all = [...phases.value.values()];
  if (all.includes('missing')) return 'missing';
  if (all.includes('loading')) return 'loading';
  return troubles.value.size > 0 ? 'old' : 'shown';
}
