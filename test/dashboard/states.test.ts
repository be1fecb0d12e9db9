/** What the page says when something is not as it should be, by real causes: nothing there, a process stopped, the network cut, a wrong key. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { createApiKey } from '../../api/keys.ts';
import { chromiumPath, look, looksWell, openBoard, tile, type Board } from './board.ts';

const testInBrowser = chromiumPath === null ? test.skip : test;
/** What a browser itself says of requests that cannot be made or are refused. */
const REFUSED = /Failed to load resource|WebSocket connection|ERR_/;
const PATIENCE = { timeout: 30_000 };
const NARROW = { width: 390 };

let board: Board;
let page: Page;
beforeAll(async () => {
  if (chromiumPath === null) return;
  board = await openBoard();
  page = await board.open('/?zone=UTC', { forgiven: REFUSED });
}, 120_000);
afterAll(async () => {
  if (chromiumPath !== null) await board[Symbol.asyncDispose]();
}, 30_000);

const pill = (tone: string) => page.locator(`.pill-${tone}`).waitFor(PATIENCE);
const sees = (text: string | RegExp) => page.getByText(text).first().waitFor(PATIENCE);
const calls = (text: RegExp) => tile(page, 'Calls').filter({ hasText: text }).waitFor(PATIENCE);

/** Where tiles and cards stand that are seen without scrolling, in px, by their names. */
const places = () =>
  page.evaluate<string[]>(`[...document.querySelectorAll('.tiles > *, .grid > *')].flatMap((one) => {
    const { x, y, width, height } = one.getBoundingClientRect();
    return y < innerHeight ? [[one.className, ...[x, y, width, height].map(Math.round)].join(' ')] : [];
  })`);

testInBrowser(
  '7 empty: no call yet, and how to connect a provider; filtered out, and by which filter',
  async () => {
    await sees('No calls in this range');
    await sees('POST /webhooks/elevenlabs');
    await looksWell(page, 'empty');
    await board.tell({
      id: 'one',
      minutesAgo: 30,
      connection: 'answered_human',
      duration_seconds: 9,
      agent_id: 'a1',
    });
    await calls(/^1$/);
    // One row is enough for every chart.
    await sees('Talk time');
    await looksWell(page, 'one-call');
    await page.goto(`${board.apiUrl}/?zone=UTC&agentId=nobody`);
    await sees('No calls for Agent nobody in this range');
    await looksWell(page, 'filtered-out');
    await page.getByRole('link', { name: 'Take the filter away' }).click();
    await calls(/^1$/);
    await page.goto(`${board.apiUrl}/calls?zone=UTC&goal=failure`);
    await sees('without goal Failure');
    await page.goto(`${board.apiUrl}/calls/nowhere?zone=UTC`);
    await sees('No call is known by this id');
  },
  120_000,
);

testInBrowser(
  '7 offline: the network is cut, the last known stands, and comes alive again',
  async () => {
    await page.goto(`${board.apiUrl}/?zone=UTC`);
    await pill('live');
    await page.context().setOffline(true);
    await pill('offline');
    await sees('reconnecting');
    await calls(/^1$/);
    await looksWell(page, 'offline');
    await page.getByRole('link', { name: 'Operations' }).click();
    await sees('This page could not be loaded');
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Load again' }).click();
    await sees('Is it fresh?');
    await pill('live');
  },
  120_000,
);

testInBrowser(
  '7 loading: the api is halted, outlines stand where the numbers will, and nothing moves when they come',
  async () => {
    await page.getByRole('link', { name: 'Operations' }).click();
    await sees('Is it fresh?');
    await pill('live');
    board.api.child.kill('SIGSTOP');
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.locator('.skeleton').waitFor(PATIENCE);
    await pill('waiting');
    await look(page, NARROW);
    const narrow = await places();
    await look(page);
    const outlines = await places();
    // Eight tiles, and cards down to the second row; none of them says anything.
    expect(outlines.length).toBeGreaterThanOrEqual(13);
    expect(await page.locator('.skeleton').innerText()).toBe('Loading');
    expect(await page.locator('main .figure, main canvas').count()).toBe(0);
    await looksWell(page, 'loading');
    await page.evaluate(`window.shifts = [];
      new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map(({ value }) => value)))
        .observe({ type: 'layout-shift' });`);
    board.api.child.kill('SIGCONT');
    await calls(/^1$/);
    await page.locator('.latest').waitFor(PATIENCE);
    expect(await places()).toEqual(outlines);
    expect(await page.evaluate('window.shifts')).toEqual([]);
    await look(page, NARROW);
    expect(await places()).toEqual(narrow);
    await look(page);
  },
  120_000,
);

testInBrowser(
  '7 late: the projector is stopped, the page says since when its numbers stand',
  async () => {
    await page.goto(`${board.apiUrl}/?zone=UTC`);
    await pill('live');
    board.projector.child.kill('SIGTERM');
    await board.projector.ended;
    await pill('stale');
    await sees('stale since');
    await looksWell(page, 'late');
    await board.start('projector').said('lease taken');
    // A call that is told now is a push: the page need not wait until it asks again.
    await board.tell({ id: 'late', minutesAgo: 90_000, connection: 'busy' });
    await pill('live');
  },
  120_000,
);

testInBrowser(
  '7 error: the api is gone, what it was asked for is missing, and trying again helps',
  async () => {
    const { port } = new URL(board.apiUrl);
    await page.getByRole('link', { name: 'Search' }).click();
    await page.getByRole('searchbox').waitFor(PATIENCE);
    board.api.child.kill('SIGKILL');
    await board.api.ended;
    await page.getByRole('link', { name: 'Overview' }).click();
    await sees('The numbers could not be loaded');
    await sees('The API cannot be reached');
    await looksWell(page, 'error');
    await board.start('api', { API_PORT: port }).said('listening');
    await page.getByRole('button', { name: 'Try again' }).click();
    await calls(/^1$/);
    await pill('live');
  },
  120_000,
);

testInBrowser(
  '6 sign-in: where a key is needed one is asked for, a wrong one is refused, a right one shows the numbers',
  async () => {
    const { key } = await createApiKey(board.world.db, { name: 'page', scopes: ['read'] });
    const guarded = board.start('api', { API_AUTH: 'required' });
    const address = `http://127.0.0.1:${String((await guarded.said('listening')).port)}`;
    // Another port is another origin to the watch over foreign requests: this page is watched by itself.
    page = await (await board.browser.newContext()).newPage();
    await page.goto(`${address}/?zone=UTC`);
    await page.getByLabel('Key').fill('cv_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor(PATIENCE);
    await looksWell(page, 'sign-in');
    await page.getByLabel('Key').fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await calls(/^1$/);
    await pill('live');
    // Words are for keys with the scope pii.
    await page.goto(`${address}/search?zone=UTC&q=hello`);
    await sees('This cannot be searched');
  },
  120_000,
);
