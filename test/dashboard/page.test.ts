/** The dashboard in a real Chromium on the real processes: known totals are on it, move with a webhook, and nothing complains. */
import { expect, test } from '@jest/globals';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildIfNeeded } from '../../ops/build.ts';
import { createSender, type Sender } from '../simulator/deliver.ts';
import { deliveriesOf } from '../simulator/payloads.ts';
import { planCalls } from '../simulator/plan.ts';
import type { PlannedCall } from '../simulator/planned.ts';
import { findChromium, openBrowser, openPage } from '../support/browser.ts';
import { openRoad, SECRETS } from '../support/road.ts';
import { openWorld } from '../support/world.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const path = await findChromium();
const testInBrowser = path === null ? test.skip : test;

/** Calls that started within the last 20 hours and say how they went: each is one more on the page. */
function plainCalls(baseAt: Date, scenario: PlannedCall['scenario'] = 'elevenlabs'): PlannedCall[] {
  const from = baseAt.getTime() - 20 * 3_600_000;
  return planCalls({ seed: 3, calls: 60, days: 1, baseAt }).filter(
    (call) => call.scenario === scenario && (call.truth.startedAt?.getTime() ?? 0) > from,
  );
}

async function deliver(sender: Sender, call: PlannedCall, baseAt: Date): Promise<void> {
  for (const delivery of deliveriesOf(call, baseAt)) {
    expect((await sender.deliver(delivery)).answer.status).toBe(200);
  }
}

/** Rules of accessibility that the page breaks, each with the first element at fault. */
async function brokenRules(page: Page): Promise<string[]> {
  // Set as a string in the page's own world: its policy lets no foreign script in.
  await page.evaluate(axe.source);
  const found = await page.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>(
    'axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"] })',
  );
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`);
}

testInBrowser(
  'the page shows known totals, follows a webhook, and meets no error, no CSP report and no foreign origin',
  async () => {
    await buildIfNeeded(ROOT, () => undefined);
    await using world = await openWorld();
    await using road = await openRoad(world);
    const sender = createSender({ url: road.ingestUrl, secrets: SECRETS, concurrency: 1 });
    const baseAt = new Date();
    const [first, second, third] = plainCalls(baseAt);
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('too few calls in the plan');
    await deliver(sender, first, baseAt);
    await deliver(sender, second, baseAt);
    const browser = await openBrowser(path ?? '');
    try {
      const options = { width: 1_440, height: 900, scheme: 'light', origin: road.apiUrl } as const;
      const { page, complaints } = await openPage(browser, options);
      await page.goto(road.apiUrl);
      const calls = page
        .locator('.tiles > *', { has: page.locator('dt', { hasText: /^Calls$/ }) })
        .locator('dd')
        .first();
      await calls.filter({ hasText: /^2/ }).waitFor({ timeout: 10_000 });
      await deliver(sender, third, baseAt);
      await calls.filter({ hasText: /^3/ }).waitFor({ timeout: 10_000 });
      await page.reload();
      await calls.filter({ hasText: /^3/ }).waitFor({ timeout: 10_000 });
      expect(complaints).toEqual([]);
      // Rows with a number and a direction are the widest.
      for (const call of plainCalls(baseAt, 'joined').slice(0, 6)) await deliver(sender, call, baseAt);
      for (const [width, scheme] of [
        [1_440, 'light'],
        [1_440, 'dark'],
        [390, 'light'],
      ] as const) {
        const other = await openPage(browser, { ...options, width, scheme });
        await other.page.goto(road.apiUrl);
        await other.page.locator('.tiles dd').first().filter({ hasText: /^9/ }).waitFor({ timeout: 10_000 });
        expect(await brokenRules(other.page)).toEqual([]);
        const widest = await other.page.evaluate<number>('document.documentElement.scrollWidth');
        expect([scheme, widest]).toEqual([scheme, width]);
        expect(other.complaints).toEqual([]);
      }
    } finally {
      await browser.close();
      sender.close();
    }
  },
  90_000,
);
