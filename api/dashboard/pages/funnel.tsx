/** From targets to successes: each step a bar of its share of the first. */
import { useApp } from '../app.ts';
import type { Campaign } from '../campaign-load.ts';

type Props = { targets: number; counters: Campaign['counters']; isSmall: boolean };

/** The funnel; without targets it begins with the calls. */
export function Funnel({ targets, counters, isSmall }: Props) {
  const formats = useApp().formats.value;
  const steps = [
    ...(targets > 0 ? [['Targets', targets] as const] : []),
    ['Calls', counters.totalCalls] as const,
    ['Answered', counters.answeredCalls] as const,
    ['Success', counters.success] as const,
  ];
  const most = Math.max(1, ...steps.map(([, count]) => count));
  return (
    <dl class={isSmall ? 'funnel small' : 'funnel'}>
      {steps.map(([name, count]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            <i class="bar" aria-hidden="true" style={{ width: `${(count / most) * 100}%` }} />
            <b>{formats.count(count)}</b>
          </dd>
        </div>
      ))}
    </dl>
  );
}
