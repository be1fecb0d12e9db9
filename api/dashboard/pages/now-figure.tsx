/** How many calls of a campaign are on the line or wait, as a way to the list of them. */
import { addressOn, hrefOf } from '../address.ts';
import { useApp } from '../app.ts';

type Props = { name: string; count: number; status: 'active' | 'queued'; campaign: string };

/** The number; without a way where there is none of them. */
export function NowFigure({ name, count, status, campaign }: Props) {
  const { place, formats } = useApp();
  const text = formats.value.count(count);
  if (count === 0) return <>{text}</>;
  const to = addressOn(place.at.value, { page: 'calls', more: { status } });
  const href = hrefOf({ ...to, slice: { by: 'campaignId', value: campaign } });
  return (
    <a class="figure" href={href} aria-label={`${name} ${text}: which calls`}>
      {text}
    </a>
  );
}
