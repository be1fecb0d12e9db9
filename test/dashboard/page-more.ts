/** Tests that the page's suite runs on its board after its own: a call as it is spoken and heard, every number as a way to its calls, two tabs. */
import { expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { StoredCampaign } from '../../api/schema.ts';
import { chromiumPath, looksWell, tile, until, type Board } from './board.ts';

const testInBrowser = chromiumPath === null ? test.skip : test;
const PATIENCE = { timeout: 20_000 };
const DAY = 'range=24h&zone=UTC';

/**
 * Registers the tests.
 * @param of the board and the page, which are there once tests run
 */
export function moreTests(of: () => { board: Board; page: Page }): void {
  testInBrowser(
    '2 a transcript grows on the call page, turn by turn as the socket tells it',
    async () => {
      const { board, page } = of();
      const sid = `CA${'7'.repeat(32)}`;
      await board.ring(sid, 1);
      await board.say(sid, 1, 'Good day, this is the first sentence.');
      await until(() => board.knows(`twilio:${sid}`));
      const told: string[] = [];
      page.on('websocket', (socket) =>
        socket.on('framereceived', ({ payload }) => void told.push(String(payload))),
      );
      await page.goto(`${board.apiUrl}/calls/twilio:${sid}?zone=UTC`);
      await page.locator('.turn', { hasText: 'the first sentence' }).waitFor(PATIENCE);
      await until(() => told.some((text) => text.includes('"textShown":true')));
      await board.say(sid, 2, 'And here comes the second.');
      await page.locator('.turn', { hasText: 'comes the second' }).waitFor(PATIENCE);
      expect(await page.locator('.turn').count()).toBe(2);
      const updates = told.filter((text) => text.includes('"followed_call_update"'));
      // Only what is new is sent, and the page has put it after what it had.
      expect(updates.some((text) => text.includes('comes the second') && text.includes('"from":1'))).toBe(
        true,
      );
      expect(updates.some((text) => text.includes('the first sentence'))).toBe(false);
    },
    60_000,
  );

  testInBrowser(
    '2 a recording is held, plays from the turn that is chosen, and marks the turn that it plays',
    async () => {
      const { board, page } = of();
      const turns: ['agent' | 'user', string][] = ['one', 'two', 'three', 'four'].map((word, index) => [
        index % 2 === 0 ? 'agent' : 'user',
        `Turn ${word}`,
      ]);
      await board.talk({ id: 'conv_heard', minutesAgo: 3_000, turns });
      await board.record('conv_heard', silentMp3(20));
      const facts = () => board.get('/api/db/calls/elevenlabs:conv_heard/recording');
      await until(async () => JSON.stringify([await facts()]).includes('"isHeld":true'));
      await page.goto(`${board.apiUrl}/calls/elevenlabs:conv_heard?zone=UTC`);
      await page.locator('audio').waitFor({ ...PATIENCE, state: 'attached' });
      await page.getByRole('button', { name: 'Play from 0:10' }).click();
      await page.locator('.turn.playing', { hasText: 'Turn three' }).waitFor(PATIENCE);
      expect(await page.locator('.turn[aria-current]').count()).toBe(1);
      expect(
        await page.evaluate<number>("document.querySelector('audio').currentTime"),
      ).toBeGreaterThanOrEqual(10);
      await page.evaluate("document.querySelector('audio').pause()");
      await page.getByRole('button', { name: 'Play from 0:05' }).click();
      await page.locator('.turn.playing', { hasText: 'Turn two' }).waitFor(PATIENCE);
      await page.evaluate("document.querySelector('audio').pause()");
    },
    60_000,
  );

  testInBrowser(
    '5 active, queued, top agents, the heat map, a funnel and a comparison open to what they are made of',
    async () => {
      const { board, page } = of();
      const overview = `${board.apiUrl}/?${DAY}`;
      const dialog = (name: string) => page.getByRole('dialog', { name });
      await page.goto(overview);
      await tile(page, 'Active now').getByRole('link').click();
      expect(await page.evaluate('location.hash')).toBe('#active-title');
      await page.getByRole('list', { name: 'Active calls, longest first' }).waitFor(PATIENCE);
      const agent = page.locator('section.agents tbody tr', { hasText: 'a1' });
      await agent.getByRole('link', { name: /^Calls 2:/ }).click();
      await dialog('Calls').getByText('= 2 calls').waitFor(PATIENCE);
      expect(new URL(page.url()).searchParams.get('agentId')).toBe('a1');
      await page.goto(overview);
      const cell = page.locator('.heat-map td a').first();
      const calls = /(\d+) calls/.exec((await cell.getAttribute('aria-label')) ?? '')?.[1] ?? 'none';
      await cell.click();
      await dialog('Calls')
        .locator('.formula strong', { hasText: new RegExp(`^${calls}$`) })
        .waitFor(PATIENCE);
      await dialog('Calls').locator('button.hour').first().waitFor(PATIENCE);
      // The live strip counts what the list of running calls lists.
      await page.goto(overview);
      const running = page.locator('section.strip').getByRole('link', { name: /^Active [1-9]/ });
      const active = (await running.innerText()).trim();
      await running.click();
      await page.getByText(`${active} calls, all of them.`).waitFor(PATIENCE);
      expect(await page.locator('tr.row').count()).toBe(Number(active));
      const { campaigns } = (await board.get('/api/db/campaigns')) as {
        campaigns: { id: string; key: string }[];
      };
      const id = campaigns.find(({ key }) => key === 'c1')?.id ?? (await board.plan('Counted', 'c1')).id;
      await board.plan('Other', 'nobody');
      // What waits: numbers of a running campaign that no call has gone to, and queued calls of a key that nobody set up.
      await board.wait(`CA${'8'.repeat(32)}`, 'unnamed');
      const { id: dialled } = await board.plan('Dialled', 'dialled');
      await board.dial(dialled, ['+4930123456', '+4930123457', '+4930123458']);
      await page.goto(overview);
      await tile(page, 'Queued').filter({ hasText: /^4$/ }).getByRole('link').click(PATIENCE);
      const table = page.getByRole('region', { name: 'Queued, table' });
      await table.getByRole('row', { name: 'All 1 3 4' }).waitFor(PATIENCE);
      await table.getByRole('row', { name: /^Dialled 0 3 3/ }).waitFor(PATIENCE);
      await table.getByRole('link', { name: /^Calls queued 1:/ }).click();
      await page.getByText('1 calls, all of them.').waitFor(PATIENCE);
      await page.goto(`${board.apiUrl}/campaigns/${id}?zone=UTC`);
      await page
        .locator('.funnel')
        .getByRole('link', { name: /^Success 1:/ })
        .click();
      await page.getByText('1 calls, all of them.').waitFor(PATIENCE);
      // The funnel's first step opens to the numbers themselves, from the list of campaigns and on the campaign's own page.
      for (const from of ['/campaigns', `/campaigns/${dialled}`]) {
        await page.goto(`${board.apiUrl}${from}?zone=UTC`);
        await page
          .locator('.funnel')
          .getByRole('link', { name: /^Targets 3:/ })
          .click(PATIENCE);
        const targets = page.getByRole('list', { name: 'Target numbers' }).getByRole('listitem');
        await page.getByText('3 numbers, all of them.').waitFor(PATIENCE);
        expect(await targets.allInnerTexts()).toEqual(['…3456', '…3457', '…3458']);
      }
      await page.goto(`${board.apiUrl}/campaigns/${id}?zone=UTC`);
      const answered = page.locator('.funnel').getByRole('link', { name: /^Answered [1-9]/ });
      const count = (await answered.innerText()).trim();
      await answered.click();
      await page.getByText(`${count} calls, all of them.`).waitFor(PATIENCE);
      expect(await page.locator('tr.row').count()).toBe(Number(count));
      await page.goto(`${board.apiUrl}/campaigns?${DAY}&a=c1&b=nobody`);
      await page.getByRole('link', { name: /^Success rate 50\.0%/ }).click();
      await dialog('Success rate').getByText('= 1 successes ÷ (1 successes + 1 failures)').waitFor(PATIENCE);
    },
    90_000,
  );

  testInBrowser(
    '4 two tabs edit one campaign: the later one is refused, keeps what was typed, sees what the other did, saves over it or takes it',
    async () => {
      const { board } = of();
      const { id } = await board.plan('Both edit', 'both');
      await board.plan('Has the key', 'taken');
      const at = `/campaigns/${id}?zone=UTC`;
      const [late, early] = [
        await board.open(at, { forgiven: /status of 4(09|12)|ERR_|WebSocket/ }),
        await board.open(at),
      ];
      const named = (page: Page) => page.getByLabel('Name', { exact: true });
      const stored = async () =>
        ((await board.get(`/api/db/campaigns/${id}`)).campaign as { name: string }).name;
      const save = "document.querySelector('.fields button[type=submit]')?.click()";
      const refused: number[] = [];
      late.on('response', (response) => {
        if (response.status() === 412) refused.push(response.status());
      });
      const theirs = late.locator('.theirs');
      await named(late).waitFor(PATIENCE);
      // Without the network the later tab hears nothing of the other; back on it, it saves before it has heard.
      for (let tries = 0; tries < 5 && refused.length === 0; tries += 1) {
        if (tries > 0) await theirs.getByRole('button', { name: 'Take theirs' }).click();
        await late.context().setOffline(true);
        await late.locator('.pill-offline').waitFor(PATIENCE);
        await named(late).fill('From the later tab');
        await late.getByLabel('Goals, one a line').fill('typed long ago');
        await named(early).fill(`From the earlier tab ${tries}`);
        await early.getByRole('button', { name: 'Save' }).click();
        await early.getByRole('heading', { name: `From the earlier tab ${tries}` }).waitFor(PATIENCE);
        await late.context().setOffline(false);
        await late.evaluate(save);
        await theirs.waitFor(PATIENCE);
      }
      expect(refused).toHaveLength(1);
      expect(await theirs.innerText()).toMatch(
        /Both edit → From the earlier tab \d\s+you typed From the later tab/,
      );
      expect(await stored()).toMatch(/^From the earlier tab/);
      expect(await named(late).inputValue()).toBe('From the later tab');
      await looksWell(late, 'refused');
      // Theirs over mine, then mine over theirs.
      await theirs.getByRole('button', { name: 'Take theirs' }).click();
      expect(await named(late).inputValue()).toMatch(/^From the earlier tab/);
      expect(await late.getByLabel('Goals, one a line').inputValue()).toBe('');
      await named(late).fill('From the later tab again');
      await named(early).fill('Once more');
      await early.getByRole('button', { name: 'Save' }).click();
      await theirs.getByRole('button', { name: 'Save mine over it' }).click(PATIENCE);
      await late.getByRole('heading', { name: 'From the later tab again' }).waitFor(PATIENCE);
      await theirs.waitFor({ state: 'detached' });
      expect(await stored()).toBe('From the later tab again');
      // A key that another campaign has: said, and nothing is lost of what was typed.
      await late.getByLabel(/^Key that its calls carry/).fill('taken');
      await late.getByRole('button', { name: 'Save' }).click();
      await late
        .getByText('Another campaign has this key: nothing was saved. Give it another key')
        .waitFor(PATIENCE);
      expect(await late.getByLabel(/^Key that its calls carry/).inputValue()).toBe('taken');
      for (const tab of [late, early]) await tab.context().close();
    },
    90_000,
  );

  testInBrowser(
    '4 campaigns beyond the first hundred are shown when asked for',
    async () => {
      const { board, page } = of();
      const createdAt = new Date('2020-01-01T00:00:00Z');
      const some = {
        status: 'draft',
        revision: 1,
        agentId: null,
        provider: null,
        scheduledAt: null,
      } as const;
      const none = { targets: 0, targetSet: null, startedAt: null, endedAt: null };
      const old = Array.from({ length: 101 }, (_, n): StoredCampaign => {
        const name = { _id: `old-${n}`, key: `old-${n}`, name: `Old ${n}` };
        return { ...name, ...some, ...none, goals: [], createdAt, updatedAt: createdAt };
      });
      await board.world.db.collection<StoredCampaign>('campaigns').insertMany(old);
      await page.goto(`${board.apiUrl}/campaigns?zone=UTC`);
      const rows = page.locator('.campaigns-table tbody tr');
      const more = page.getByRole('button', { name: 'Show older campaigns' });
      await more.waitFor(PATIENCE);
      expect(await rows.count()).toBe(100);
      await more.click();
      await page.getByRole('link', { name: 'Old 99' }).waitFor(PATIENCE);
      await more.waitFor({ state: 'detached' });
      expect(await rows.count()).toBe(await board.world.db.collection('campaigns').countDocuments());
      await board.world.db.collection<StoredCampaign>('campaigns').deleteMany({ createdAt });
    },
    60_000,
  );
}

/** Seconds of silence as MP3: frames of 1,152 samples at 32 kbit/s, which hold nothing. Source: ISO/IEC 11172-3, 2.4.1.3. */
function silentMp3(seconds: number): Buffer {
  const frame = Buffer.alloc(104);
  Buffer.from([0xff, 0xfb, 0x10, 0xc0]).copy(frame);
  return Buffer.concat(Array.from({ length: Math.ceil((seconds * 44_100) / 1_152) }, () => frame));
}
