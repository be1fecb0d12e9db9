/** `npm run bench -- dashboard`: how the page bears it: first paint on a slow computer, many updates, a long day, a long list. */
import { Command } from 'commander';
import { setMaxListeners } from 'node:events';
import { loadavg } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { plantMany } from '../api/walk.ts';
import { startStack, type Stack } from '../demo/stack.ts';
import { createSender } from '../simulator/deliver.ts';
import { playLive } from '../simulator/live.ts';
import { findChromium, openBrowser, openPage } from '../support/browser.ts';
import { beginBench } from './result.ts';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const options = new Command('bench')
  .option('--seconds <n>', 'how long updates come', Number, 30)
  .option('--calls <n>', 'calls of the long list', Number, 100_000)
  .option('--hours <n>', 'hours of the long day', Number, 8)
  .option('--tries <n>', 'first paints', Number, 7)
  .option('--only <names...>', 'such as firstPaint longList; all when left out')
  .parse()
  .opts<{ seconds: number; calls: number; hours: number; tries: number; only?: string[] }>();

/** Shifts of what was painted and tasks over 50 ms are gathered from the page's beginning. */
const WATCH = `window.seen = { shifts: 0, moved: [], tasks: [], chartMs: null };
new MutationObserver((_, self) => { if (document.querySelector('.calls canvas') === null) return; self.disconnect();
  requestAnimationFrame(() => setTimeout(() => { window.seen.chartMs = performance.now(); })); }).observe(document, { childList: true, subtree: true });
const rect = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ');
const named = (node) => node?.nodeType === 1 ? node.nodeName.toLowerCase() + '.' + node.className : node?.textContent;
new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) {
  window.seen.shifts += one.value;
  for (const { node, previousRect, currentRect } of one.sources)
    window.seen.moved.push(named(node) + ': ' + rect(previousRect) + ' → ' + rect(currentRect));
} }).observe({ type: 'layout-shift', buffered: true });
new PerformanceObserver((list) => { for (const one of list.getEntries()) window.seen.tasks.push(Math.round(one.duration)); }).observe({ type: 'longtask', buffered: true });`;

const SEED = 7;
const bench = beginBench('dashboard', options, SEED);
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
  for (const measure of [firstPaint, manyUpdates, longDay, longList]) {
    if (options.only?.includes(measure.name) === false) continue;
    const [before] = loadavg();
    const told = await measure();
    console.log(JSON.stringify({ ...told, load: [before, loadavg()[0]] }));
    keep(told);
  }
  await bench.end();
} finally {
  await browser.close();
  await stack.stop();
}

type Told = Awaited<ReturnType<typeof firstPaint | typeof manyUpdates | typeof longDay | typeof longList>>;

function keep(told: Told): void {
  const add = (what: string, unit: string, value: number): void =>
    bench.add({ what, unit, value, better: 'less' });
  if ('slowedMs' in told) {
    add('the first chart, on a processor slowed four times, middle', 'ms', told.slowedMs[1] ?? 0);
    add('the first chart, middle', 'ms', told.plainMs[1] ?? 0);
    add('what was painted moves', 'layout shift', told.layoutShift);
  } else if ('longestMs' in told)
    add(`the longest task at ${told.webhooksPerSecond} webhooks a second`, 'ms', told.longestMs);
  else if ('heapMb' in told)
    bench.add({
      ...{ what: `heap after ${told.hours} hours by a fast clock`, unit: 'MB', better: 'less' },
      value: told.heapMb.at(-1) ?? 0,
      rivals: [{ what: 'at their beginning', value: told.heapMb[0] ?? 0 }],
    });
  else {
    add(`${told.loaded} calls in a list, loaded by scrolling`, 'ms', told.loadMs);
    bench.add({ what: 'frames without a row', unit: 'frames', value: told.blank, better: 'less', aim: 0 });
  }
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
  setMaxListeners(0, stopping.signal);
  let sent = 0;
  setTimeout(() => stopping.abort(), seconds * 1_000);
  await playLive({
    ...{
      seed: SEED,
      callsPerSecond: 100,
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

/** From the navigation to the first painted chart, on a processor slowed four times and as it is; the server is warm, the browser is not. */
async function firstPaint() {
  const slowed: number[] = [];
  const plain: number[] = [];
  let [layoutShift, moved]: [number, string[]] = [0, []];
  for (let n = 0; n < options.tries; n += 1)
    for (const [rate, times] of [
      [4, slowed],
      [1, plain],
    ] as const) {
      const page = await opened('/?zone=UTC', async (one) => {
        const session = await one.context().newCDPSession(one);
        await session.send('Emulation.setCPUThrottlingRate', { rate });
      });
      await page.locator('.calls canvas').waitFor();
      await page.waitForTimeout(1_500);
      const seen = await page.evaluate<{ shifts: number; moved: string[]; chartMs: number }>('window.seen');
      // The page's own time of the first frame with a chart, which no waiting of this program is in.
      times.push(seen.chartMs);
      if (seen.shifts > layoutShift) [layoutShift, moved] = [seen.shifts, seen.moved];
      await page.context().close();
    }
  return {
    bench: 'first chart painted',
    slowedMs: ranked(slowed),
    plainMs: ranked(plain),
    layoutShift,
    moved,
  };
}

/** Least, middle and most, in whole ms. */
function ranked(times: readonly number[]): number[] {
  const sorted = [...times].sort((a, b) => a - b).map(Math.round);
  return [sorted[0] ?? 0, sorted[sorted.length >> 1] ?? 0, sorted.at(-1) ?? 0];
}

async function manyUpdates() {
  let pushes = 0;
  const page = await opened('/?zone=UTC', (one) => {
    one.on('websocket', (socket) => socket.on('framereceived', () => (pushes += 1)));
    return Promise.resolve();
  });
  await page.locator('.calls canvas').waitFor();
  await page.waitForTimeout(2_000);
  await page.evaluate('window.seen.tasks.length = 0');
  pushes = 0;
  const webhooks = await burst(stack, options.seconds);
  const tasks = await page.evaluate<number[]>('window.seen.tasks');
  await page.context().close();
  const perSecond = (count: number): number => Math.round(count / options.seconds);
  return {
    ...{ bench: 'many updates', webhooksPerSecond: perSecond(webhooks), framesPerSecond: perSecond(pushes) },
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
  await plantMany(stack.db, options.calls);
  const page = await opened('/calls?zone=UTC&from=2026-01-01&to=2026-01-03');
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
