/** The dashboard in a real Chromium on the real processes: each point of what it must show has a test of its name. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import type { Page } from 'playwright-core';
import { CLOCK_CHANGES, tellKnown } from './known.ts';
import { HOSTILE } from './hostile.ts';
import { moreTests } from './page-more.ts';
import {
  brokenRules,
  chromiumPath,
  look,
  openBoard,
  overflow,
  shot,
  tile,
  until,
  type Board,
} from './board.ts';

const testInBrowser = chromiumPath === null ? test.skip : test;
const DAY = '/?range=24h&zone=UTC';

let board: Board;
/** Calls that the first test told beyond the five of the beginning. */
let more = 0;
/** One page for all tests: one that is left open would load all that the next ones tell. */
let page: Page;
beforeAll(async () => {
  if (chromiumPath === null) return;
  board = await openBoard();
  await tellKnown(board);
  page = await board.open(DAY);
}, 120_000);
afterAll(async () => {
  if (chromiumPath !== null) await board[Symbol.asyncDispose]();
}, 30_000);

const shows = (name: string, text: RegExp) =>
  tile(page, name).filter({ hasText: text }).waitFor({ timeout: 10_000 });
const sees = (text: string | RegExp, on = page) => on.getByText(text).first().waitFor({ timeout: 10_000 });
const path = (on = page): string => on.url().slice(board.apiUrl.length);
const visit = (at: string) => page.goto(board.apiUrl + at);

testInBrowser(
  '1 the overview shows known totals, as the API does, and follows a signed webhook within 250 ms',
  async () => {
    await visit(DAY);
    await shows('Calls', /^5$/);
    await shows('Answer rate', /^75\.0%$/);
    await shows('Success rate', /^50\.0%$/);
    await shows('Average talk time', /^1m 10s$/);
    await shows('Sentiment score', /^\+0\.20$/);
    await shows('Cost', /^\$0\.10$/);
    await shows('Active now', /^1$/);
    const { current } = (await board.get(
      '/api/db/analytics/summary?timeZone=UTC&startDate=' + hoursAgo(23),
    )) as {
      current: Record<string, number>;
    };
    expect([current.totalCalls, current.answerRate, current.averageDurationSeconds]).toEqual([5, 75, 70]);
    const legend = (title: string) =>
      page.locator('section', { has: page.getByRole('heading', { name: title }) }).first();
    await sees('a2');
    expect(await legend('Outcome shares').locator('.legend').innerText()).toMatch(
      /Not reported 3\s+Failure 1\s+Success 1/,
    );
    expect(await legend('Top agents').locator('tbody tr').allInnerTexts()).toEqual([
      expect.stringMatching(/a2\s+3/),
      expect.stringMatching(/a1\s+2/),
    ]);
    const delays: number[] = [];
    // Once is enough to show that it can; a run on a busy machine has four tries.
    while (delays.length < 4 && !delays.some((ms) => ms < 250)) {
      // A page that has just loaded takes a breath before it loads again.
      await page.waitForTimeout(400);
      const told = await board.tell({
        id: `more ${++more}`,
        minutesAgo: 70,
        connection: 'busy',
        agent_id: 'a3',
      });
      await shows('Calls', new RegExp(`^${5 + more}$`));
      delays.push(Date.now() - told);
    }
    // With two cores for themselves the processes and the browser take some 100 ms; others at work make all of it slower.
    expect(Math.min(...delays)).toBeLessThan(250 * Math.max(1, (loadavg()[0] ?? 0) / cpus().length));
  },
  60_000,
);

testInBrowser(
  'range, zone over a change of clocks, filter, table, CSV, back button and reload',
  async () => {
    await visit(DAY);
    await page.getByRole('radio', { name: 'Last 7 days' }).check({ force: true });
    await shows('Calls', new RegExp(`^${6 + more}$`));
    expect(path()).toBe('/?range=7d&zone=UTC');
    await page.goBack();
    await shows('Calls', new RegExp(`^${5 + more}$`));
    await page.goForward();
    await page.reload();
    await shows('Calls', new RegExp(`^${6 + more}$`));
    await page.getByRole('link', { name: 'a2', exact: true }).click();
    await shows('Calls', /^3$/);
    expect(path()).toBe('/?range=7d&zone=UTC&agentId=a2');
    await page.getByRole('button', { name: 'Calls per day: show as table' }).click();
    const cells = await page.locator('section.calls tbody tr').allInnerTexts();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Calls per day: download as CSV' }).click(),
    ]);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n').slice(1);
    expect(lines).toHaveLength(7);
    expect(lines.map((line) => line.split(',')[2])).toEqual(cells.map((line) => line.split('\t')[1]?.trim()));
    // The day on which Berlin's clocks go back has 25 hours, the day on which they go forward 23, and so many bars.
    for (const { day, calls, hours, at } of CLOCK_CHANGES) {
      await visit(`/?from=${day}&to=${day}&zone=Europe/Berlin&period=hour&agentId=night`);
      await shows('Calls', new RegExp(`^${calls.length}$`));
      await page.getByRole('button', { name: 'Calls per hour: show as table' }).click();
      const bars = await page.locator('section.calls tbody tr').allInnerTexts();
      expect(bars).toHaveLength(hours);
      const filled = bars.flatMap((line, index) => (line.split('\t')[1]?.trim() === '1' ? [index] : []));
      expect(filled).toEqual(at);
    }
  },
  60_000,
);

testInBrowser(
  '2 calls: a long list is filtered, new ones arrive without a jump, and one opens to all that is known',
  async () => {
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        board.tell({
          id: `old ${index}`,
          minutesAgo: 300 + index,
          connection: 'answered_human',
          duration_seconds: 5,
          agent_id: 'many',
        }),
      ),
    );
    await visit('/calls?zone=UTC&agentId=many');
    await sees('60 calls, all of them.');
    const box = page.getByRole('region', { name: 'Calls, newest first' });
    await box.evaluate((element) => element.scrollTo({ top: 700 }));
    const inSight = () => box.evaluate((element) => element.scrollTop);
    const before = await inSight();
    await board.tell({ id: 'newest', minutesAgo: 10, connection: 'busy', agent_id: 'many' });
    await page.getByRole('button', { name: '1 new call' }).waitFor({ timeout: 10_000 });
    expect(await inSight()).toBe(before);
    await page.getByRole('button', { name: '1 new call' }).click();
    await sees('61 calls, all of them.');
    await page.getByLabel('Connection').selectOption('busy');
    await sees('1 calls, all of them.');
    await page.getByLabel('Outcome').selectOption('failure');
    await page.getByText('No call passes these filters').waitFor();
    await visit('/calls/elevenlabs:conv_words?zone=UTC');
    await sees('conversation of elevenlabs');
    await sees('post_call_transcription');
    expect(await page.locator('.turn').count()).toBe(4);
    const direction = "getComputedStyle(document.querySelectorAll('.turn p')[2]).direction";
    expect(await page.evaluate<string>(direction)).toBe('rtl');
    await page.getByRole('button', { name: 'Show all of it' }).waitFor();
    await page.getByLabel('Search inside').fill('INVOICE');
    await sees('2 found');
    expect(await page.locator('mark').allInnerTexts()).toEqual(['invoice', 'invoice']);
    await page.getByRole('img', { name: /Sentiment along 4 turns/ }).waitFor();
    await sees(/judged by vader-sentiment/);
    expect(await overflow(page)).toBe(0);
  },
  60_000,
);

testInBrowser(
  '3 transcript search finds what was said and leads into the call',
  async () => {
    await visit('/search?range=7d&zone=UTC');
    await page.getByRole('searchbox').fill('wonderful invoice');
    await page.keyboard.press('Enter');
    await page.locator('.found mark').first().waitFor({ timeout: 10_000 });
    expect(await page.locator('.found').first().locator('mark').allInnerTexts()).toEqual([
      'wonderful',
      'invoice',
    ]);
    await page.locator('.hits h2 a').click();
    await sees('Facts, and who says so');
    expect(path()).toContain('/calls/elevenlabs:conv_words');
    await visit('/search?range=7d&zone=UTC&q=never-said-zebra');
    await sees('Nobody said that in this range');
  },
  60_000,
);

testInBrowser(
  '4 campaigns: set up, given numbers, started, paused by somebody else, resumed, completed',
  async () => {
    const page = await board.open('/campaigns?zone=UTC', { forgiven: /status of 400/ });
    await page.getByRole('button', { name: 'Set up' }).first().click();
    await page.getByLabel('Name', { exact: true }).fill('Winter <b>bold</b>');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Winter <b>bold</b>' }).waitFor({ timeout: 10_000 });
    await page.getByLabel(/CSV file/).setInputFiles({
      name: 'n.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('number\n+4930123456\n+4930123457\n+4930123457\n'),
    });
    await sees('2 numbers stored, 1 stood there more than once.', page);
    await page
      .getByLabel(/CSV file/)
      .setInputFiles({ name: 'n.csv', mimeType: 'text/csv', buffer: Buffer.from('number\n12\n') });
    await sees(/not in E.164 form/, page);
    await page.getByRole('button', { name: 'Start' }).click();
    await page.locator('.state-running').waitFor();
    const id = path(page).split('/')[2]?.split('?')[0] ?? '';
    const { campaign } = (await board.get(`/api/db/campaigns/${id}`)) as { campaign: { revision: number } };
    // Somebody else pauses it: the page learns of it by a push.
    const paused = await fetch(`${board.apiUrl}/api/db/campaigns/${id}/pause`, {
      method: 'POST',
      headers: { 'If-Match': `"${campaign.revision}"` },
    });
    expect(paused.status).toBe(200);
    await page.locator('.state-paused').waitFor({ timeout: 10_000 });
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.locator('.state-running').waitFor();
    await page.getByRole('button', { name: 'Complete' }).click();
    await page.locator('.state-completed').waitFor();
    await page.goto(`${board.apiUrl}/campaigns?zone=UTC`);
    await sees('Winter <b>bold</b>', page);
    await page.context().close();
  },
  60_000,
);

testInBrowser(
  '5 any number opens to its calls and events that add up to it',
  async () => {
    await visit(`${DAY}&agentId=a1`);
    await shows('Success rate', /^50\.0%$/);
    await tile(page, 'Success rate').getByRole('link').click();
    const panel = page.getByRole('dialog', { name: 'Success rate' });
    await panel.getByText('= 1 successes ÷ (1 successes + 1 failures)').waitFor({ timeout: 10_000 });
    await panel.getByText('✓ Its hours add up to it.').waitFor();
    await panel.locator('button.hour').first().click();
    await panel
      .getByText('✓ The calls of this hour add up to its stored bucket, cell by cell.')
      .waitFor({ timeout: 10_000 });
    await panel.getByText('goal.success +1').first().waitFor();
    await panel.getByText('call.completed').first().waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(path()).toBe(`${DAY.replace('range=24h&', '')}&agentId=a1`);
  },
  60_000,
);

moreTests(() => ({ board, page }));

testInBrowser(
  '6 operations tells how fresh, how right and how whole the numbers are',
  async () => {
    await visit('/operations?zone=UTC');
    for (const text of [
      'As of',
      'Runway',
      'Audit',
      'Parked',
      'Quarantined',
      'Variants',
      'Expected against received',
      'Views',
    ])
      await page.getByText(text, { exact: true }).first().waitFor({ timeout: 10_000 });
  },
  60_000,
);

testInBrowser(
  '9 every page keeps to AA and to its width, in light and dark, on a phone and on a wall',
  async () => {
    const pages = {
      overview: DAY,
      calls: '/calls?zone=UTC',
      call: '/calls/elevenlabs:conv_words?zone=UTC',
      search: '/search?zone=UTC&range=7d&q=invoice',
      campaigns: '/campaigns?zone=UTC',
      operations: '/operations?zone=UTC',
      explain: `${DAY}&explain=calls`,
    };
    for (const [name, at] of Object.entries(pages)) {
      await visit(at);
      await page.locator('.pill-live').waitFor({ timeout: 15_000 });
      // Tables for who cannot see a chart come after the first look.
      if (at.startsWith(DAY)) await page.locator('.trend table').waitFor({ state: 'attached' });
      await shot(page, name);
      expect([at, await overflow(page), await brokenRules(page)]).toEqual([at, 0, []]);
      // Calls that nobody has said anything of are among those on show: what is not known is a dash.
      const text = await page.locator('body').innerText();
      expect([at, /\b(undefined|NaN|null)\b|\[object/.exec(text)?.[0]]).toEqual([at, undefined]);
      await look(page, { width: 390, scheme: 'dark' });
      expect([at, 'narrow', await overflow(page)]).toEqual([at, 'narrow', 0]);
      // In the dark the same elements stand in other colours only.
      if (at === DAY) expect(await brokenRules(page, ['color-contrast'])).toEqual([]);
      await look(page);
    }
    await look(page, { width: 3_840, height: 2_160, scheme: 'dark' });
    await visit(DAY);
    await page.locator('.pill-live').waitFor({ timeout: 15_000 });
    expect(await overflow(page)).toBe(0);
    // The keyboard reaches a chart, steps through its periods, and Enter shows the calls of one.
    await page.getByRole('application', { name: /^Calls per hour/ }).focus();
    await page.keyboard.press('End');
    await page.locator('.calls .when', { hasText: 'so far' }).waitFor();
    // Numbers that come between the two keys draw the chart anew and take the cursor away.
    for (let tries = 0; tries < 5 && !page.url().includes('/calls'); tries += 1)
      for (const key of ['End', 'Enter']) await page.keyboard.press(key, { delay: 200 * tries });
    await page.getByRole('region', { name: 'Calls, newest first' }).waitFor();
    await look(page);
  },
  90_000,
);

testInBrowser(
  '50 hostile strings in every field run no script and break no layout',
  async () => {
    const strings = [
      ...HOSTILE,
      ...Array.from(
        { length: 50 - HOSTILE.length },
        (_, index) => `<img src=x onerror=window.hit=${index}>${'\u0301'.repeat(index)}`,
      ),
    ];
    await Promise.all(
      strings.map(async (text, index) => {
        await board.talk({
          id: `hostile_${index}`,
          minutesAgo: 4_000 + index,
          agentName: text,
          title: text,
          turns: [
            ['user', text],
            ['agent', text],
          ],
        });
        await board.tell({
          id: `hostile ${text}`.slice(0, 200),
          minutesAgo: 4_000 + index,
          connection: 'busy',
          agent_id: text,
          campaign_id: text,
          language: 'en',
        });
      }),
    );
    for (const [index] of strings.entries()) await until(() => board.knows(`elevenlabs:hostile_${index}`));
    const range = 'range=7d&zone=UTC';
    await look(page, { width: 390 });
    for (const at of [
      `/?${range}`,
      `/calls?${range}`,
      '/calls/elevenlabs:hostile_1',
      '/campaigns',
      `/search?${range}&q=onerror`,
      `/?${range}&explain=calls`,
      `/?${range}&agentId=${encodeURIComponent(strings[0] ?? '')}`,
      '/calls/elevenlabs:hostile_0',
    ]) {
      await visit(at);
      await page.locator('.pill-live').waitFor({ timeout: 15_000 });
      expect([at, await overflow(page), await page.evaluate('window.hit')]).toEqual([at, 0, undefined]);
    }
    // As text it is there to the letter.
    await page.getByRole('heading', { name: strings[0] ?? '' }).waitFor({ timeout: 10_000 });
  },
  90_000,
);

function hoursAgo(hours: number): string {
  const hourMs = 3_600_000;
  return new Date(Math.floor(Date.now() / hourMs) * hourMs - hours * hourMs).toISOString();
}
