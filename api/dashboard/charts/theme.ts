/** The colours of `tokens.css` as a canvas needs them: resolved for the scheme in use, and anew when it changes. */
import { signal, type ReadonlySignal } from '@preact/signals';

/** Names of the colours that charts draw with; each is the custom property `--<name>`. */
export const COLOURS = [
  'ink',
  'muted',
  'grid',
  'surface',
  'open',
  'calls',
  'calls-soft',
  'success',
  'failure',
  'unknown',
  'before',
  'mixed',
] as const;
/** Colours by name, as `rgb(…)`, and the size of small text in CSS px. */
export type Theme = Record<(typeof COLOURS)[number], string> & { textPx: number };

/**
 * Follows the colour scheme and the text size.
 * @returns the theme, renewed when the reader's scheme or the window's size class changes
 */
export function followTheme(): ReadonlySignal<Theme> {
  const theme = signal(readTheme());
  const renew = (): void => {
    theme.value = readTheme();
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', renew);
  matchMedia('(forced-colors: active)').addEventListener('change', renew);
  let textPx = theme.value.textPx;
  addEventListener('resize', () => {
    if (textSize() === textPx) return;
    textPx = textSize();
    renew();
  });
  return theme;
}

/** `light-dark()` is resolved only in a real property, so a probe wears each colour once. */
function readTheme(): Theme {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const style = getComputedStyle(probe);
  const colourOf = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return style.color;
  };
  const colours = Object.fromEntries(COLOURS.map((name) => [name, colourOf(name)]));
  probe.remove();
  return { ...(colours as Record<(typeof COLOURS)[number], string>), textPx: textSize() };
}

function textSize(): number {
  return Math.round(Number.parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.75);
}
