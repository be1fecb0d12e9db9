/** From targets to successes: each step a bar of its share of the first, and a way to its calls. */
import { addressOn, hrefOf } from '../address.ts';
import { useApp } from '../app.ts';
import type { Campaign } from '../campaign-load.ts';

type Props = { campaign: Pick<Campaign, 'id' | 'key' | 'targets' | 'counters'>; isSmall: boolean };
/** Counters are of all time, and this is where time begins for the API. */
const BEGINNING = '2015-01-01';

/** The funnel; without targets it begins with the calls. */
export function Funnel({ campaign: { id, key, targets, counters }, isSmall }: Props) {
  const { place, clock, formats: shown } = useApp();
  const formats = shown.value;
  const to = new Date(clock.now() + 86_400_000).toISOString().slice(0, 10);
  const callsBy = (more: Record<string, string>): string =>
    hrefOf({
      ...addressOn(place.at.value, { page: 'calls', span: { from: BEGINNING, to }, more }),
      slice: { by: 'campaignId', value: key },
    });
  const numbers = hrefOf(addressOn(place.at.value, { page: 'campaigns', id, more: { open: 'targets' } }));
  const steps = [
    ...(targets > 0 ? [['Targets', targets, numbers] as const] : []),
    ['Calls', counters.totalCalls, callsBy({})] as const,
    ['Answered', counters.answeredCalls, callsBy({ connection: 'answered' })] as const,
    ['Success', counters.success, callsBy({ goal: 'success' })] as const,
  ];
  const most = Math.max(1, ...steps.map(([, count]) => count || 0));
  return (
    <dl class={isSmall ? 'funnel small' : 'funnel'}>
      {steps.map(([name, count, href]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <i class="bar" aria-hidden="true" style={{ width: `${((count || 0) / most) * 100}%` }} />
            <a class="figure" href={href} aria-label={`${name} ${formats.count(count)}: which they are`}>
              {formats.count(count)}
            </a>
          </dd>
        </div>
      ))}
    </dl>
  );
}
