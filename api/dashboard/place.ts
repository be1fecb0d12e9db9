/** Where the reader is: the address as a signal, moved by links and the back button, written into the browser's own history. */
import { signal, type ReadonlySignal } from '@preact/signals';
import { hrefOf, readAddress, type Address } from './address.ts';

/** Where the reader is, and how to go elsewhere. */
export type Place = {
  at: ReadonlySignal<Address>;
  /** Goes there; the back button comes back. */
  go(to: Address): void;
  /** The same without a step in the history, for what is typed letter by letter. */
  swap(to: Address): void;
};

/**
 * Follows the browser's address.
 * @param readerZone written into an address that names no zone, so that a link shows everybody the same days
 * @returns the place
 */
export function followPlace(readerZone: string): Place {
  const read = (): Address => {
    const address = readAddress(location.pathname, location.search);
    return { ...address, zone: address.zone ?? readerZone };
  };
  const at = signal(read());
  const show = (to: Address, how: 'pushState' | 'replaceState'): void => {
    const href = hrefOf(to);
    if (href !== location.pathname + location.search) history[how](null, '', href);
    if (to.page !== at.value.page || to.id !== at.value.id) scrollTo(0, 0);
    at.value = to;
  };
  history.replaceState(null, '', hrefOf(at.value));
  addEventListener('popstate', () => (at.value = read()));
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || isForBrowser(event, link)) return;
    event.preventDefault();
    show(readAddress(link.pathname, link.search), 'pushState');
  });
  return { at, go: (to) => show(to, 'pushState'), swap: (to) => show(to, 'replaceState') };
}

/** Downloads, the API's own pages, and whoever asks for a new tab go the browser's way. */
function isForBrowser(event: MouseEvent, link: HTMLAnchorElement): boolean {
  const hasModifier = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
  const isOurs = link.origin === location.origin && !link.hasAttribute('download') && link.target === '';
  const isApi = /^\/(api|docs)(\/|$)/.test(link.pathname);
  const isInside = link.hash !== '' && link.pathname === location.pathname;
  return event.defaultPrevented || event.button !== 0 || hasModifier || !isOurs || isApi || isInside;
}
