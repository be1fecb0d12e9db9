/** `npm run bench -- dashboard`: how the page bears it: first paint on a slow computer, many updates, a long day, a long list. */
import { Command } from 'commander';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { StoredCall } from '../../projector/contract.ts';
import { call } from '../api/planted.ts';
import { startStack, type Stack } from '../demo/stack.ts';
import { createSender } from '../simulator/deliver.ts';
import { playLive } from '../simulator/live.ts';
import { findChromium, openBrowser, openPage } from '../support/browser.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const options = new Command('bench')
  .option('--seconds <n>', 'how long updates come', Number, 30)
  .option('--calls <n>', 'calls of the long list', Number, 100_000)
  .option('--hours <n>', 'hours of the long day', Number, 8)
  .parse()
  .opts<{ seconds: number; calls: number; hours: number }>();

/** Shifts of what was painted and tasks over 50 ms are gathered from the page's beginning. */
const WATCH = `window.seen = { shifts: 0, tasks: [] };
new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) window.seen.shifts += one.value; }).observe({ type: 'layout-shift', buffered: true });
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.seen.tasks.push(Math.round(one.duration)); }).observe({ type: 'longtask', buffered: true });`;

const path = await findChromium();
if (path === null) throw new Error('no Chromium found: install it, or set CHROMIUM_PATH');
const stack = await startStack(ROOT, {
  report: (line) => void process.stderr.write(`${line}\n`),
  died: console.error,
});
const browser = await openBrowser(path);
try {
  await burst(stack, 3);
  await browser.newPage().then((page) => page.goto(stack.api).then(() => page.close()));
  for (const measure of [firstPaint, manyUpdates, longDay, longList])
    console.log(JSON.stringify(await measure()));
} finally {
  await browser.close();
  await stack.stop();
}

async function opened(at: string, before?: (page: Page) => Promise<void>): Promise<Page> {
  const { page } = await openPage(browser, { width: 1_440, height: 900, scheme: 'light', origin: stack.api });
  await page.addInitScript({ content: WATCH });
  await before?.(page);
  await page.goto(stack.api + at);
  return page;
}

/** Calls as they come, some hundreds of events a second. */
async function burst({ ingest, secrets }: Stack, seconds: number): Promise<number> {
  const sender = createSender({ url: ingest, secrets, concurrency: 32 });
  const stopping = new AbortController();
  let sent = 0;
  setTimeout(() => stopping.abort(), seconds * 1_000);
  await playLive({
    ...{
      seed: 7,
      callsPerSecond: 60,
      speed: 60,
      firstIndex: Date.now() % 1e6,
      sender,
      signal: stopping.signal,
    },
    onResult: () => (sent += 1),
  });
  sender.close();
  return sent;
}

/** From the navigation to the first painted chart, on a processor slowed four times. */
async function firstPaint() {
  const page = await opened('/?zone=UTC', async (one) => {
    const session = await one.context().newCDPSession(one);
    await session.send('Emulation.setCPUThrottlingRate', { rate: 4 });
  });
  await page.locator('.calls canvas').waitFor();
  const firstChartMs = Math.round(await page.evaluate<number>('performance.now()'));
  await page.waitForTimeout(3_000);
  const layoutShift = await page.evaluate<number>('window.seen.shifts');
  await page.context().close();
  return { bench: 'first paint, CPU ÷ 4', firstChartMs, layoutShift };
}

async function manyUpdates() {
  const page = await opened('/?zone=UTC');
  await page.locator('.calls canvas').waitFor();
  await page.evaluate('window.seen.tasks.length = 0');
  const webhooks = await burst(stack, options.seconds);
  const tasks = await page.evaluate<number[]>('window.seen.tasks');
  await page.context().close();
  return {
    ...{ bench: 'many updates', webhooksPerSecond: Math.round(webhooks / options.seconds) },
    ...{ longTasks: tasks.length, longestMs: Math.max(0, ...tasks) },
  };
}

/** The page's own clock runs fast; the server is the real one. */
async function longDay() {
  const page = await opened('/?zone=UTC', (one) => one.clock.install());
  await page.locator('.calls canvas').waitFor();
  const session = await page.context().newCDPSession(page);
  const heapMb = async (): Promise<number> => {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return Math.round(usedSize / 1e5) / 10;
  };
  const heaps: number[] = [];
  for (let hour = 0; hour <= options.hours; hour += 1) {
    heaps.push(await heapMb());
    for (let step = 0; step < 6; step += 1) {
      await page.clock.runFor(600_000);
      await burst(stack, 1);
    }
  }
  await page.context().close();
  return { bench: 'a long day by a fast clock', hours: options.hours, heapMb: heaps };
}

/** The whole list is loaded by scrolling, then scrolled through; in each frame the middle of the list must show a row. */
async function longList() {
  const startMs = Date.now() - 20 * 3_600_000;
  for (let from = 0; from < options.calls; from += 5_000) {
    const planted = Array.from({ length: 5_000 }, (_, index): StoredCall => {
      const startedAt = new Date(startMs + (from + index) * 500);
      return {
        _id: `long:${from + index}`,
        revision: 1,
        parts: [],
        ...call(`long:${from + index}`, { startedAt }),
      };
    });
    await stack.db.collection<StoredCall>('calls').insertMany(planted, { ordered: false });
  }
  const page = await opened('/calls?zone=UTC&range=7d');
  await page.locator('.list-box .row').first().waitFor();
  const result = await page.evaluate<{
    loaded: number;
    loadMs: number;
    frames: number;
    blank: number;
  }>(`(async () => {
    const box = document.querySelector('.list-box');
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const began = performance.now();
    while (!document.querySelector('.calls-card > .note').textContent.includes('all of them') && performance.now() - began < 240000) {
      box.scrollTop = box.scrollHeight;
      await frame();
    }
    const loadMs = Math.round(performance.now() - began);
    let frames = 0, blank = 0;
    const { left, top, width, height } = box.getBoundingClientRect();
    for (let at = box.scrollHeight; at > 0; at -= 1500) {
      box.scrollTop = at;
      await frame();
      await frame();
      frames += 1;
      if (document.elementFromPoint(left + width / 2, top + height / 2)?.closest('.row') == null) blank += 1;
    }
    return { loaded: Math.round(box.scrollHeight / document.querySelector('.row').getBoundingClientRect().height), loadMs, frames, blank };
  })()`);
  await page.context().close();
  return { bench: 'a long list', ...result };
}
