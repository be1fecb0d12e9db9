/** The dashboard in a real Chromium on the real processes: each point of what it must show has a test of its name. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { cpus, loadavg } from 'node:os';
import type { Page } from 'playwright-core';
import { HOSTILE } from './hostile.ts';
import { brokenRules, chromiumPath, openBoard, overflow, tile, type Board } from './board.ts';

const testInBrowser = chromiumPath === null ? test.skip : test;
const LONG_WORD = 'x'.repeat(5_000);
const DAY = '/?range=24h&zone=UTC';

let board: Board;
beforeAll(async () => {
  if (chromiumPath === null) return;
  board = await openBoard();
  const person = { connection: 'answered_human', agent_id: 'a1', campaign_id: 'c1' };
  await Promise.all([
    board.tell({
      ...person,
      id: '1',
      minutesAgo: 70,
      duration_seconds: 60,
      goal: 'success',
      sentiment: 'positive',
      sentiment_score: 0.8,
      cost_usd: 0.1,
    }),
    board.tell({
      ...person,
      id: '2',
      minutesAgo: 130,
      duration_seconds: 120,
      goal: 'failure',
      sentiment: 'negative',
      sentiment_score: -0.4,
    }),
    board.tell({
      ...person,
      id: '3',
      minutesAgo: 190,
      connection: 'answered_machine',
      agent_id: 'a2',
      duration_seconds: 30,
    }),
    board.tell({ ...person, id: '4', minutesAgo: 250, connection: 'no_answer', agent_id: 'a2' }),
    board.ring(`CA${'5'.repeat(32)}`, 3),
    board.talk({
      id: 'conv_words',
      minutesAgo: 2_000,
      turns: [
        ['agent', 'Good morning, how can I help?'],
        ['user', 'This is wonderful, I love it. Please send the invoice to my office.'],
        ['agent', 'שלום, החשבונית נשלחת עכשיו'],
        ['user', `${LONG_WORD} the end of the invoice`],
      ],
    }),
  ]);
}, 120_000);
afterAll(async () => {
  if (chromiumPath !== null) await board[Symbol.asyncDispose]();
}, 30_000);

const shows = (page: Page, name: string, text: RegExp) =>
  tile(page, name).filter({ hasText: text }).waitFor({ timeout: 10_000 });
const sees = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor({ timeout: 10_000 });
const path = (page: Page): string => page.url().slice(board.apiUrl.length);

testInBrowser(
  '1 the overview shows known totals, as the API does, and follows a signed webhook within 250 ms',
  async () => {
    const page = await board.open(DAY);
    await shows(page, 'Calls', /^5$/);
    await shows(page, 'Answer rate', /^75\.0%$/);
    await shows(page, 'Success rate', /^50\.0%$/);
    await shows(page, 'Average talk time', /^1m 10s$/);
    await shows(page, 'Sentiment score', /^\+0\.20$/);
    await shows(page, 'Cost', /^\$0\.10$/);
    await shows(page, 'Active now', /^1$/);
    const { current } = (await board.get(
      '/api/db/analytics/summary?timeZone=UTC&startDate=' + hoursAgo(23),
    )) as {
      current: Record<string, number>;
    };
    expect([current.totalCalls, current.answerRate, current.averageDurationSeconds]).toEqual([5, 75, 70]);
    const legend = (title: string) =>
      page.locator('section', { has: page.getByRole('heading', { name: title }) }).first();
    await sees(page, 'a2');
    expect(await legend('Outcome shares').locator('.legend').innerText()).toMatch(
      /Not reported 3\s+Failure 1\s+Success 1/,
    );
    expect(await legend('Top agents').locator('tbody tr').allInnerTexts()).toEqual([
      expect.stringMatching(/a2\s+3/),
      expect.stringMatching(/a1\s+2/),
    ]);
    const delays: number[] = [];
    for (let more = 1; more <= 4; more += 1) {
      const told = await board.tell({
        id: `more ${more}`,
        minutesAgo: 70,
        connection: 'busy',
        agent_id: 'a3',
      });
      await shows(page, 'Calls', new RegExp(`^${5 + more}$`));
      delays.push(Date.now() - told);
      await page.waitForTimeout(400);
    }
    // With two cores for themselves the processes and the browser take some 100 ms; others at work make all of it slower.
    expect(Math.min(...delays)).toBeLessThan(250 * Math.max(1, (loadavg()[0] ?? 0) / cpus().length));
  },
  60_000,
);

testInBrowser(
  'range, zone over a change of clocks, filter, table, CSV, back button and reload',
  async () => {
    const page = await board.open(DAY);
    await page.getByRole('radio', { name: 'Last 7 days' }).check({ force: true });
    await shows(page, 'Calls', /^10$/);
    expect(path(page)).toBe('/?range=7d&zone=UTC');
    await page.goBack();
    await shows(page, 'Calls', /^9$/);
    await page.goForward();
    await page.reload();
    await shows(page, 'Calls', /^10$/);
    await page.getByRole('link', { name: 'a2', exact: true }).click();
    await shows(page, 'Calls', /^3$/);
    expect(path(page)).toBe('/?range=7d&zone=UTC&agentId=a2');
    await page.getByRole('button', { name: 'Calls per day: show as table' }).click();
    const cells = await page.locator('section.calls tbody tr').allInnerTexts();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Calls per day: download as CSV' }).click(),
    ]);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\r\n').slice(1);
    expect(lines).toHaveLength(7);
    expect(lines.map((line) => line.split(',')[2])).toEqual(cells.map((line) => line.split('\t')[1]?.trim()));
    // The day on which Berlin's clocks go back has 25 hours, and so many rows.
    await page.goto(
      `${board.apiUrl}/?from=2026-10-25&to=2026-10-25&zone=Europe/Berlin&period=hour&agentId=a2`,
    );
    await sees(page, /No calls for Agent a2 in this range|No calls in this range/);
    const answer = await board.get(
      '/api/db/analytics/duration/hour?startDate=2026-10-25&endDate=2026-10-25&timeZone=Europe/Berlin',
    );
    expect(answer.stats).toHaveLength(25);
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
    const page = await board.open('/calls?zone=UTC&agentId=many');
    await sees(page, '60 calls, all of them.');
    const box = page.getByRole('region', { name: 'Calls, newest first' });
    await box.evaluate((element) => element.scrollTo({ top: 700 }));
    const inSight = () => box.evaluate((element) => element.scrollTop);
    const before = await inSight();
    await board.tell({ id: 'newest', minutesAgo: 10, connection: 'busy', agent_id: 'many' });
    await page.getByRole('button', { name: '1 new call' }).waitFor({ timeout: 10_000 });
    expect(await inSight()).toBe(before);
    await page.getByRole('button', { name: '1 new call' }).click();
    await sees(page, '61 calls, all of them.');
    await page.getByLabel('Connection').selectOption('busy');
    await sees(page, '1 calls, all of them.');
    await page.getByLabel('Outcome').selectOption('failure');
    await page.getByText('No call passes these filters').waitFor();
    await page.goto(`${board.apiUrl}/calls/elevenlabs:conv_words?zone=UTC`);
    await sees(page, 'conversation of elevenlabs');
    await sees(page, 'post_call_transcription');
    expect(await page.locator('.turn').count()).toBe(4);
    const direction = "getComputedStyle(document.querySelectorAll('.turn p')[2]).direction";
    expect(await page.evaluate<string>(direction)).toBe('rtl');
    await page.getByRole('button', { name: 'Show all of it' }).waitFor();
    await page.getByLabel('Search inside').fill('INVOICE');
    await sees(page, '2 found');
    expect(await page.locator('mark').allInnerTexts()).toEqual(['invoice', 'invoice']);
    await page.getByRole('img', { name: /Sentiment along 4 turns/ }).waitFor();
    await sees(page, /judged by vader-sentiment/);
    expect(await overflow(page)).toBe(0);
  },
  60_000,
);

testInBrowser(
  '3 transcript search finds what was said and leads into the call',
  async () => {
    const page = await board.open('/search?range=7d&zone=UTC');
    await page.getByRole('searchbox').fill('wonderful invoice');
    await page.keyboard.press('Enter');
    await page.locator('.found mark').first().waitFor({ timeout: 10_000 });
    expect(await page.locator('.found').first().locator('mark').allInnerTexts()).toEqual([
      'wonderful',
      'invoice',
    ]);
    await page.locator('.hits h2 a').click();
    await sees(page, 'Facts, and who says so');
    expect(path(page)).toContain('/calls/elevenlabs:conv_words');
    await page.goto(`${board.apiUrl}/search?range=7d&zone=UTC&q=never-said-zebra`);
    await sees(page, 'Nobody said that in this range');
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
    await sees(page, '2 numbers stored, 1 stood there more than once.');
    await page
      .getByLabel(/CSV file/)
      .setInputFiles({ name: 'n.csv', mimeType: 'text/csv', buffer: Buffer.from('number\n12\n') });
    await sees(page, /not in E.164 form/);
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
    await sees(page, 'Winter <b>bold</b>');
  },
  60_000,
);

testInBrowser(
  '5 any number opens to its calls and events that add up to it',
  async () => {
    const page = await board.open(`${DAY}&agentId=a1`);
    await shows(page, 'Success rate', /^50\.0%$/);
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
    expect(path(page)).toBe(`${DAY.replace('range=24h&', '')}&agentId=a1`);
  },
  60_000,
);

testInBrowser(
  '6 operations tells how fresh, how right and how whole the numbers are',
  async () => {
    const page = await board.open('/operations?zone=UTC');
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
    const pages = [
      DAY,
      '/calls?zone=UTC',
      '/calls/elevenlabs:conv_words?zone=UTC',
      '/search?zone=UTC&range=7d&q=invoice',
      '/campaigns?zone=UTC',
      '/operations?zone=UTC',
      `${DAY}&explain=calls`,
    ];
    const looks = [
      { width: 1_440, scheme: 'light' },
      { width: 390, scheme: 'dark' },
    ] as const;
    for (const look of looks) {
      const page = await board.open(pages[0] ?? '/', look);
      for (const at of pages) {
        await page.goto(board.apiUrl + at);
        await page.locator('.pill-live').waitFor({ timeout: 15_000 });
        expect([at, look.width, await overflow(page)]).toEqual([at, look.width, 0]);
        // In the dark the same elements stand in other colours only.
        const rules = look.scheme === 'dark' ? ['color-contrast'] : undefined;
        if (rules === undefined || at === DAY) expect([at, await brokenRules(page, rules)]).toEqual([at, []]);
      }
      await page.context().close();
    }
    const wall = await board.open(DAY, { width: 3_840, height: 2_160, scheme: 'dark' });
    await wall.locator('.pill-live').waitFor({ timeout: 15_000 });
    expect(await overflow(wall)).toBe(0);
    // The keyboard reaches a chart, steps through its periods, and Enter shows the calls of one.
    await wall.getByRole('application', { name: /^Calls per hour/ }).focus();
    await wall.keyboard.press('End');
    await wall.locator('.calls .when', { hasText: 'so far' }).waitFor();
    // Numbers that come between the two keys draw the chart anew and take the cursor away.
    for (let tries = 0; tries < 5 && !wall.url().includes('/calls'); tries += 1)
      for (const key of ['End', 'Enter']) await wall.keyboard.press(key, { delay: 200 * tries });
    await wall.getByRole('region', { name: 'Calls, newest first' }).waitFor();
    await wall.context().close();
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
    const range = 'range=7d&zone=UTC';
    const page = await board.open(`/?${range}`, { width: 390 });
    for (const at of [
      `/?${range}`,
      `/calls?${range}`,
      '/calls/elevenlabs:hostile_0',
      '/calls/elevenlabs:hostile_1',
      '/campaigns',
      `/search?${range}&q=onerror`,
      `/?${range}&explain=calls`,
      `/?${range}&agentId=${encodeURIComponent(strings[0] ?? '')}`,
    ]) {
      await page.goto(board.apiUrl + at);
      await page.locator('.pill-live').waitFor({ timeout: 15_000 });
      expect([at, await overflow(page), await page.evaluate('window.hit')]).toEqual([at, 0, undefined]);
    }
    await page.goto(`${board.apiUrl}/calls/elevenlabs:hostile_0`);
    // As text it is there to the letter.
    await page.getByRole('heading', { name: strings[0] ?? '' }).waitFor({ timeout: 10_000 });
    await page.context().close();
  },
  90_000,
);

function hoursAgo(hours: number): string {
  const hourMs = 3_600_000;
  return new Date(Math.floor(Date.now() / hourMs) * hourMs - hours * hourMs).toISOString();
}
