/** A real Chromium for tests of the page: Debian's, without its calls home, with everything a page complains of collected. */
import { access } from 'node:fs/promises';
import { chromium, type Browser, type Page } from 'playwright-core';

/** Where Debian and others put it; `CHROMIUM_PATH` names another. */
const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A page, and what it complained of: console errors, exceptions, CSP reports, requests to other origins. */
export type WatchedPage = { page: Page; complaints: string[] };

/**
 * Finds a browser.
 * @returns its path, or null where there is none; with `CI=true` that is an error, since a skipped test proves nothing
 */
export async function findChromium(): Promise<string | null> {
  for (const path of [process.env.CHROMIUM_PATH, ...PATHS]) {
    if (path === undefined || path === '') continue;
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  if (process.env.CI === 'true') throw new Error('no Chromium found: install it, or set CHROMIUM_PATH');
  return null;
}

/**
 * Starts a browser.
 * @param executablePath from {@link findChromium}
 * @returns the browser; close it
 */
export function openBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: ARGUMENTS });
}

/**
 * Opens a page and listens to all it complains of.
 * @param browser a started browser
 * @param options size and colour scheme of the page, and its origin
 * @returns the page, not yet anywhere
 */
export async function openPage(
  browser: Browser,
  options: { width: number; height: number; scheme: 'light' | 'dark'; origin: string },
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: options.width, height: options.height },
    colorScheme: options.scheme,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`));
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    const own = origin === options.origin || origin === options.origin.replace('http', 'ws');
    if (!own && protocol !== 'data:' && protocol !== 'blob:')
      complaints.push(`foreign request: ${request.url()}`);
  });
  await page.addInitScript({
    content: `document.addEventListener('securitypolicyviolation', (event) =>
      console.error('CSP: ' + event.violatedDirective + ' ' + event.blockedURI));`,
  });
  return { page, complaints };
}
