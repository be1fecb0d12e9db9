/** When the page has shown what it was opened for: what a first look can do without, such as the socket, begins then. */
import { effect, type ReadonlySignal } from '@preact/signals';

/** What takes longer is not waited for: nor is a page in a background tab, which is painted when it is looked at. */
const PATIENCE_MS = 2_000;

/**
 * Waits for the first look.
 * @param phases what is loading and what could not be loaded, by name; the first named is what the page was opened for
 * @returns resolves once that is painted or cannot be had
 */
export function firstLook(phases: ReadonlySignal<ReadonlyMap<string, 'loading' | 'missing'>>): Promise<void> {
  return new Promise((resolve) => {
    let main: string | undefined;
    const stop = effect(() => {
      main ??= phases.value.keys().next().value;
      if (main !== undefined && phases.value.get(main) !== 'loading') resolve();
    });
    setTimeout(() => {
      stop();
      resolve();
    }, PATIENCE_MS);
  });
}
