/** How each turn sounds, along the call: one bar a turn, up for good, down for bad, and who judged it. */
import { useApp } from '../app.ts';
import type { Transcript } from '../call-load.ts';

const HEIGHT = 48;

/** The curve; nothing where no turn was scored. */
export function SentimentCurve({ transcript }: { transcript: Transcript }) {
  const { formats } = useApp();
  const { turns, sentimentBy } = transcript;
  const scored = turns.filter(({ score }) => score !== null).length;
  if (scored === 0)
    return <p class="note">No turn is scored: the scorer reads what callers say in English.</p>;
  const width = 100 / turns.length;
  return (
    <figure class="curve">
      <svg
        viewBox={`0 0 100 ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Sentiment along ${turns.length} turns, ${scored} of them scored`}
      >
        <line x1="0" x2="100" y1={HEIGHT / 2} y2={HEIGHT / 2} />
        {turns.map(({ score }, index) => {
          if (score === null) return null;
          const size = Math.max(1.5, Math.abs(score) * (HEIGHT / 2));
          return (
            <rect
              key={index}
              class={score > 0.05 ? 'up' : score < -0.05 ? 'down' : 'flat'}
              x={index * width}
              y={score >= 0 ? HEIGHT / 2 - size : HEIGHT / 2}
              width={Math.max(0.5, width * 0.8)}
              height={size}
            >
              <title>{`Turn ${index + 1}: ${formats.value.score(score)}`}</title>
            </rect>
          );
        })}
      </svg>
      <figcaption class="note">
        Sentiment turn by turn, judged by {sentimentBy ?? 'nobody named'}; the label of the whole call stands
        under Facts with its own judge.
      </figcaption>
    </figure>
  );
}
